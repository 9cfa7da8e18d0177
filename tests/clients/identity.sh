# From an empty account to credentials of an identity pool with the AWS CLI, and back; stops at the first thing that is not so.
set -eu

# An identifier that is a URL is only a name; without this the CLI would fetch it and send what it found.
printf '[default]\ncli_follow_urlparam = false\n' >config
export AWS_CONFIG_FILE="$PWD/config"

# The value at a JMESPath of a command's answer.
ask() { path=$1; shift; aws "$@" --query "$path" --output text; }
step() { echo "== $1"; }
same() { [ "$1" = "$2" ] || { echo "expected <$1>, got <$2>" >&2; exit 1; }; }
# A command that must be refused with a fault.
refused() {
	fault=$1; shift
	if aws "$@" >refused.txt 2>&1; then echo "not refused: $*" >&2; exit 1; fi
	grep -q "($fault)" refused.txt || { cat refused.txt >&2; exit 1; }
}
# A command with the credentials in a file: a key's id, its secret, the session token if it has one.
with() (
	read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <"$1"
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	[ -z "$AWS_SESSION_TOKEN" ] || export AWS_SESSION_TOKEN
	shift
	"$@"
)

step "user pool, client, user"
account=$(ask Account sts get-caller-identity)
ask 'UserPool.[Id, Arn]' cognito-idp create-user-pool --pool-name shell >pool
read -r pool arn <pool
client=$(ask UserPoolClient.ClientId cognito-idp create-user-pool-client --user-pool-id "$pool" --client-name web \
	--explicit-auth-flows ALLOW_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH)
aws cognito-idp admin-create-user --user-pool-id "$pool" --username ada --message-action SUPPRESS >/dev/null
aws cognito-idp admin-set-user-password --user-pool-id "$pool" --username ada --password Correct-Horse-7 --permanent
provider="cognito-idp.us-east-1.amazonaws.com/$pool"

step "identity pool"
identity_pool=$(ask IdentityPoolId cognito-identity create-identity-pool --identity-pool-name shell \
	--no-allow-unauthenticated-identities --cognito-identity-providers "ProviderName=$provider,ClientId=$client")

step "role, policy, attachment"
cat >trust.json <<JSON
{"Version": "2012-10-17", "Statement": [{
	"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
	"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "$identity_pool"},
		"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}}]}
JSON
cat >policy.json <<JSON
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cognito-idp:ListUsers", "Resource": "$arn"}]}
JSON
role=$(ask Role.Arn iam create-role --role-name shell-people --assume-role-policy-document file://trust.json)
same "arn:aws:iam::$account:role/shell-people" "$role"
policy=$(ask Policy.Arn iam create-policy --policy-name shell-readers --policy-document file://policy.json)
aws iam attach-role-policy --role-name shell-people --policy-arn "$policy"
same "$policy" "$(ask 'AttachedPolicies[0].PolicyArn' iam list-attached-role-policies --role-name shell-people)"
aws cognito-identity set-identity-pool-roles --identity-pool-id "$identity_pool" --roles "authenticated=$role"
same "allowed implicitDeny" "$(ask 'EvaluationResults[].EvalDecision' iam simulate-principal-policy --policy-source-arn "$role" \
	--action-names cognito-idp:ListUsers cognito-idp:ListGroups --resource-arns "$arn" | tr '\t' ' ')"

step "sign in"
token=$(ask AuthenticationResult.IdToken cognito-idp initiate-auth --no-sign-request --client-id "$client" \
	--auth-flow USER_PASSWORD_AUTH --auth-parameters USERNAME=ada,PASSWORD=Correct-Horse-7)
identity=$(ask IdentityId cognito-identity get-id --no-sign-request --identity-pool-id "$identity_pool" --logins "$provider=$token")
ask 'Credentials.[AccessKeyId, SecretKey, SessionToken]' cognito-identity get-credentials-for-identity --no-sign-request \
	--identity-id "$identity" --logins "$provider=$token" >session

step "what the credentials are good for"
same "arn:aws:sts::$account:assumed-role/shell-people/CognitoIdentityCredentials" "$(with session ask Arn sts get-caller-identity)"
same ada "$(with session ask 'Users[0].Username' cognito-idp list-users --user-pool-id "$pool")"
with session refused AccessDeniedException cognito-idp list-groups --user-pool-id "$pool"
with session refused AccessDenied iam list-roles

step "the end of it all"
refused DeleteConflict iam delete-role --role-name shell-people
aws iam detach-role-policy --role-name shell-people --policy-arn "$policy"
with session refused AccessDeniedException cognito-idp list-users --user-pool-id "$pool"
aws iam delete-policy --policy-arn "$policy"
aws iam delete-role --role-name shell-people
aws cognito-identity delete-identity-pool --identity-pool-id "$identity_pool"
refused ResourceNotFoundException cognito-identity describe-identity-pool --identity-pool-id "$identity_pool"
step "done"
