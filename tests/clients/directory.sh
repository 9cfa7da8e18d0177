# Creates, describes, updates and deletes each kind of resource of a user pool with the AWS CLI; stops at the first thing that is not so.
set -eu

# An identifier that is a URL is only a name; without this the CLI would fetch it and send what it found.
printf '[default]\ncli_follow_urlparam = false\n' >config
export AWS_CONFIG_FILE="$PWD/config"

idp() { aws cognito-idp "$@"; }
# The value at a JMESPath of a command's answer.
ask() { path=$1; shift; aws cognito-idp "$@" --query "$path" --output text; }
step() { echo "== $1"; }
same() { [ "$1" = "$2" ] || { echo "expected <$1>, got <$2>" >&2; exit 1; }; }
# A command that must be refused with a fault.
refused() {
	fault=$1; shift
	if idp "$@" >refused.txt 2>&1; then echo "not refused: $*" >&2; exit 1; fi
	grep -q "($fault)" refused.txt || { cat refused.txt >&2; exit 1; }
}

step "user pool"
pool=$(ask UserPool.Id create-user-pool --pool-name shell --auto-verified-attributes email --user-pool-tags team=red)
arn=$(ask UserPool.Arn describe-user-pool --user-pool-id "$pool")
idp add-custom-attributes --user-pool-id "$pool" --custom-attributes Name=plan,AttributeDataType=String,Mutable=true
idp update-user-pool --user-pool-id "$pool" --pool-name shells --auto-verified-attributes email >/dev/null
same shells "$(ask UserPool.Name describe-user-pool --user-pool-id "$pool")"

step "tags"
idp tag-resource --resource-arn "$arn" --tags team=blue,cost=7
idp untag-resource --resource-arn "$arn" --tag-keys cost
same blue "$(ask Tags.team list-tags-for-resource --resource-arn "$arn")"

step "resource server"
idp create-resource-server --user-pool-id "$pool" --identifier https://api.example.com --name api \
	--scopes ScopeName=read,ScopeDescription=reading >/dev/null
idp update-resource-server --user-pool-id "$pool" --identifier https://api.example.com --name api2 \
	--scopes ScopeName=write,ScopeDescription=writing >/dev/null
same write "$(ask 'ResourceServer.Scopes[0].ScopeName' describe-resource-server --user-pool-id "$pool" \
	--identifier https://api.example.com)"
same api2 "$(ask 'ResourceServers[0].Name' list-resource-servers --user-pool-id "$pool")"

step "app client"
client=$(ask UserPoolClient.ClientId create-user-pool-client --user-pool-id "$pool" --client-name web --generate-secret \
	--allowed-o-auth-flows-user-pool-client --allowed-o-auth-flows client_credentials \
	--allowed-o-auth-scopes https://api.example.com/write)
idp update-user-pool-client --user-pool-id "$pool" --client-id "$client" --client-name web2 \
	--explicit-auth-flows ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH >/dev/null
same web2 "$(ask UserPoolClient.ClientName describe-user-pool-client --user-pool-id "$pool" --client-id "$client")"
refused ScopeDoesNotExistException update-user-pool-client --user-pool-id "$pool" --client-id "$client" \
	--allowed-o-auth-flows-user-pool-client --allowed-o-auth-flows code --callback-urls https://app.example.com \
	--allowed-o-auth-scopes https://api.example.com/read

step "client secrets"
secret=$(ask ClientSecretDescriptor.ClientSecretId add-user-pool-client-secret --user-pool-id "$pool" --client-id "$client")
same 2 "$(ask 'length(ClientSecrets)' list-user-pool-client-secrets --user-pool-id "$pool" --client-id "$client")"
refused LimitExceededException add-user-pool-client-secret --user-pool-id "$pool" --client-id "$client"
idp delete-user-pool-client-secret --user-pool-id "$pool" --client-id "$client" --client-secret-id "$secret"

step "group and membership"
idp create-group --user-pool-id "$pool" --group-name admins --precedence 1 >/dev/null
idp update-group --user-pool-id "$pool" --group-name admins --description Administrators --precedence 2 >/dev/null
same Administrators "$(ask Group.Description get-group --user-pool-id "$pool" --group-name admins)"
idp admin-create-user --user-pool-id "$pool" --username ada --message-action SUPPRESS >/dev/null
idp admin-add-user-to-group --user-pool-id "$pool" --username ada --group-name admins
same ada "$(ask 'Users[0].Username' list-users-in-group --user-pool-id "$pool" --group-name admins)"
same admins "$(ask 'Groups[0].GroupName' admin-list-groups-for-user --user-pool-id "$pool" --username ada)"
idp admin-remove-user-from-group --user-pool-id "$pool" --username ada --group-name admins
idp delete-group --user-pool-id "$pool" --group-name admins
same 0 "$(ask 'length(Groups)' list-groups --user-pool-id "$pool")"

step "identity provider and link"
cat >details.json <<'JSON'
{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email", "attributes_request_method": "GET",
 "oidc_issuer": "https://id.example.com", "authorize_url": "https://id.example.com/authorize",
 "token_url": "https://id.example.com/token", "attributes_url": "https://id.example.com/userinfo",
 "jwks_uri": "https://id.example.com/jwks"}
JSON
idp create-identity-provider --user-pool-id "$pool" --provider-name Corp --provider-type OIDC \
	--provider-details file://details.json --attribute-mapping email=email --idp-identifiers corp.example.com >/dev/null
idp update-identity-provider --user-pool-id "$pool" --provider-name Corp --attribute-mapping email=mail >/dev/null
same mail "$(ask IdentityProvider.AttributeMapping.email describe-identity-provider --user-pool-id "$pool" \
	--provider-name Corp)"
same Corp "$(ask IdentityProvider.ProviderName get-identity-provider-by-identifier --user-pool-id "$pool" \
	--idp-identifier corp.example.com)"
idp admin-link-provider-for-user --user-pool-id "$pool" \
	--destination-user ProviderName=Cognito,ProviderAttributeValue=ada \
	--source-user ProviderName=Corp,ProviderAttributeName=Cognito_Subject,ProviderAttributeValue=42
idp admin-disable-provider-for-user --user-pool-id "$pool" \
	--user ProviderName=Corp,ProviderAttributeName=Cognito_Subject,ProviderAttributeValue=42
idp delete-identity-provider --user-pool-id "$pool" --provider-name Corp
same 0 "$(ask 'length(Providers)' list-identity-providers --user-pool-id "$pool")"
[ -n "$(ask Certificate get-signing-certificate --user-pool-id "$pool")" ]

step "domain"
idp create-user-pool-domain --user-pool-id "$pool" --domain shell-example >/dev/null
idp update-user-pool-domain --user-pool-id "$pool" --domain shell-example --managed-login-version 2 >/dev/null
same "$pool" "$(ask DomainDescription.UserPoolId describe-user-pool-domain --domain shell-example)"

step "looks and terms"
idp set-ui-customization --user-pool-id "$pool" --css '.logo-customizable {max-width: 60%;}' >/dev/null
same ALL "$(ask UICustomization.ClientId get-ui-customization --user-pool-id "$pool")"
style=$(ask ManagedLoginBranding.ManagedLoginBrandingId create-managed-login-branding --user-pool-id "$pool" \
	--client-id "$client" --use-cognito-provided-values)
idp update-managed-login-branding --user-pool-id "$pool" --managed-login-branding-id "$style" \
	--no-use-cognito-provided-values --settings '{"components": {}}' >/dev/null
same "$style" "$(ask ManagedLoginBranding.ManagedLoginBrandingId describe-managed-login-branding --user-pool-id "$pool" \
	--managed-login-branding-id "$style")"
same "$style" "$(ask ManagedLoginBranding.ManagedLoginBrandingId describe-managed-login-branding-by-client \
	--user-pool-id "$pool" --client-id "$client")"
idp delete-managed-login-branding --user-pool-id "$pool" --managed-login-branding-id "$style"
terms=$(ask Terms.TermsId create-terms --user-pool-id "$pool" --client-id "$client" --terms-name terms-of-use \
	--terms-source LINK --enforcement NONE --links cognito:default=https://example.com/terms)
idp update-terms --user-pool-id "$pool" --terms-id "$terms" --terms-name privacy-policy --terms-source LINK --enforcement NONE \
	--links cognito:default=https://example.com/privacy >/dev/null
same privacy-policy "$(ask Terms.TermsName describe-terms --user-pool-id "$pool" --terms-id "$terms")"
idp delete-terms --user-pool-id "$pool" --terms-id "$terms"
same 0 "$(ask 'length(Terms)' list-terms --user-pool-id "$pool")"

step "settings of the pool"
idp set-user-pool-mfa-config --user-pool-id "$pool" --software-token-mfa-configuration Enabled=true \
	--mfa-configuration OPTIONAL >/dev/null
same True "$(ask SoftwareTokenMfaConfiguration.Enabled get-user-pool-mfa-config --user-pool-id "$pool")"
idp set-user-pool-session-configuration --user-pool-id "$pool" --user-session-tracking ENABLED \
	--token-session MaxPerUser=5 >/dev/null
same 5 "$(ask TokenSession.MaxPerUser get-user-pool-session-configuration --user-pool-id "$pool")"
idp set-log-delivery-configuration --user-pool-id "$pool" --log-configurations \
	'LogLevel=ERROR,EventSource=userNotification,CloudWatchLogsConfiguration={LogGroupArn=arn:aws:logs:us-east-1:000000000000:log-group:pools}' \
	>/dev/null
same ERROR "$(ask 'LogDeliveryConfiguration.LogConfigurations[0].LogLevel' get-log-delivery-configuration --user-pool-id "$pool")"
same PRIMARY "$(ask 'UserPoolReplicas[0].Role' list-user-pool-replicas --user-pool-id "$pool")"
limit='LimitClass=API_CATEGORY,Attributes={Category=UserAuthentication}'
[ "$(ask Limit.FreeLimitValue get-provisioned-limit --limit-definition "$limit")" -gt 0 ]

step "import of users"
idp get-csv-header --user-pool-id "$pool" --query 'join(`,`, CSVHeader)' --output text >users.csv
job=$(ask UserImportJob.JobId create-user-import-job --user-pool-id "$pool" --job-name first \
	--cloud-watch-logs-role-arn arn:aws:iam::000000000000:role/CognitoImport)
same Created "$(ask UserImportJob.Status describe-user-import-job --user-pool-id "$pool" --job-id "$job")"
same 1 "$(ask 'length(UserImportJobs)' list-user-import-jobs --user-pool-id "$pool" --max-results 5)"
refused PreconditionNotMetException stop-user-import-job --user-pool-id "$pool" --job-id "$job"

step "the end of it all"
refused InvalidParameterException delete-user-pool --user-pool-id "$pool"
idp delete-user-pool-domain --user-pool-id "$pool" --domain shell-example
idp delete-resource-server --user-pool-id "$pool" --identifier https://api.example.com
idp delete-user-pool-client --user-pool-id "$pool" --client-id "$client"
idp delete-user-pool --user-pool-id "$pool"
refused ResourceNotFoundException describe-user-pool --user-pool-id "$pool"
step "done"
