# Makes, calls, changes and deletes a function with the AWS CLI; stops at the first thing that is not so.
set -eu

# The value at a JMESPath of a command's answer.
ask() { path=$1; shift; aws lambda "$@" --query "$path" --output text; }
step() { echo "== $1"; }
same() { [ "$1" = "$2" ] || { echo "expected <$1>, got <$2>" >&2; exit 1; }; }
refused() {
	fault=$1; shift
	if aws lambda "$@" >refused.txt 2>&1; then echo "not refused: $*" >&2; exit 1; fi
	grep -q "($fault)" refused.txt || { cat refused.txt >&2; exit 1; }
}

step "create"
printf 'import os\ndef handler(event, context):\n    print("called")\n    return event["name"] + os.environ["MARK"]\n' >main.py
python3 -m zipfile -c code.zip main.py
arn=$(ask FunctionArn create-function --function-name greet --runtime python3.11 --handler main.handler --timeout 20 \
	--role arn:aws:iam::000000000000:role/functions --zip-file fileb://code.zip --environment 'Variables={MARK=!}' --tags team=red)
aws lambda wait function-active-v2 --function-name greet

step "invoke"
for name in ada bob eve; do printf '{"name":"%s"}' $name >$name.json; done
same 200 "$(ask StatusCode invoke --function-name greet --payload fileb://ada.json out.json)"
same '"ada!"' "$(cat out.json)"
same 202 "$(ask StatusCode invoke --function-name "$arn" --invocation-type Event --payload fileb://bob.json out.json)"
ask LogResult invoke --function-name "$arn:\$LATEST" --log-type Tail --payload fileb://eve.json out.json | base64 -d | grep -q called

step "update"
aws lambda update-function-configuration --function-name greet --environment 'Variables={MARK=?}' >/dev/null
aws lambda wait function-updated-v2 --function-name greet
ask StatusCode invoke --function-name greet --payload fileb://ada.json out.json >/dev/null
same '"ada?"' "$(cat out.json)"
printf 'def handler(event, context): return 2\n' >main.py
python3 -m zipfile -c code.zip main.py
aws lambda update-function-code --function-name greet --zip-file fileb://code.zip >/dev/null
ask StatusCode invoke --function-name greet out.json >/dev/null
same 2 "$(cat out.json)"

step "permissions and tags"
aws lambda add-permission --function-name greet --statement-id pools --action lambda:InvokeFunction \
	--principal cognito-idp.amazonaws.com --source-account 000000000000 >/dev/null
ask Policy get-policy --function-name greet | grep -q '"Sid":"pools"'
aws lambda remove-permission --function-name greet --statement-id pools
refused ResourceNotFoundException get-policy --function-name greet
aws lambda tag-resource --resource "$arn" --tags team=blue
same blue "$(ask Tags.team list-tags --resource "$arn")"

step "list and delete"
same greet "$(ask 'Functions[0].FunctionName' list-functions)"
same '$LATEST' "$(ask 'Versions[0].Version' list-versions-by-function --function-name greet)"
aws lambda delete-function --function-name greet
refused ResourceNotFoundException get-function --function-name greet
echo "== done"
