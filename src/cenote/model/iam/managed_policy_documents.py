"""
What the built-in managed policies grant, as data; `managed_policies` makes records of it.

Source: AWS Managed Policy Reference Guide, by name; of ReadOnlyAccess the part for the services that are here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A policy: its path and name, when it was made and changed (UTC), and the statements of its version at present."""

    name: str
    description: str
    version: str
    created: str
    modified: str
    statements: Sequence[Statement]


def _allow(*actions: str, on: str | Sequence[str] = "*", **more: object) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def _when_passed_to(key: str, *services: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    return {"StringEquals": {key: list(services)}}


# `cenote:…` actions that show and change nothing. ListMessages is none of them: who reads codes becomes the one they were sent to.
_CENOTE_READS: Final = (
    "cenote:DescribeSearchIndex",
    "cenote:GetClientOptions",
    "cenote:ReadImportLog",
    "cenote:SearchUsers",
)

_COGNITO_POWER: Final = (
    _allow(
        "cognito-identity:*", "cognito-idp:*", "cognito-sync:*",
        "iam:ListRoles", "iam:ListOpenIdConnectProviders", "iam:GetRole", "iam:ListSAMLProviders", "iam:GetSAMLProvider",
        "kinesis:ListStreams", "lambda:GetPolicy", "lambda:ListFunctions", "sns:GetSMSSandboxAccountStatus",
        "sns:ListPlatformApplications", "ses:ListIdentities", "ses:GetIdentityVerificationAttributes",
        "mobiletargeting:GetApps", "acm:ListCertificates", "sms-voice:DescribeAccountAttributes",
    ),
    _allow(
        "iam:CreateServiceLinkedRole",
        Condition=_when_passed_to(
            "iam:AWSServiceName", "cognito-idp.amazonaws.com", "email.cognito-idp.amazonaws.com"
        ),
    ),
    {
        "Effect": "Allow",
        "Action": ["iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"],
        "Resource": [
            "arn:aws:iam::*:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp*",
            "arn:aws:iam::*:role/aws-service-role/email.cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdpEmail*",
        ],
    },
)  # fmt: skip
_COGNITO_READ: Final = (
    _allow(
        "cognito-identity:Describe*", "cognito-identity:Get*", "cognito-identity:List*",
        "cognito-idp:Describe*", "cognito-idp:AdminGet*", "cognito-idp:AdminList*", "cognito-idp:List*", "cognito-idp:Get*",
        "cognito-sync:Describe*", "cognito-sync:Get*", "cognito-sync:List*",
        "iam:ListOpenIdConnectProviders", "iam:ListRoles", "sns:ListPlatformApplications",
    ),
)  # fmt: skip
_DEVELOPER_IDENTITIES: Final = (
    _allow(
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity", "cognito-identity:LookupDeveloperIdentity",
        "cognito-identity:MergeDeveloperIdentities", "cognito-identity:UnlinkDeveloperIdentity",
    ),
)  # fmt: skip
_GUESTS: Final = (_allow("rum:PutRumEvents"),)
_GUESTS_SESSION: Final = (
    _allow(
        "rum:PutRumEvents", "sagemaker:InvokeEndpoint", "polly:*", "comprehend:*", "translate:*", "transcribe:*",
        "rekognition:*", "mobiletargeting:*", "firehose:*", "personalize:*",
        "geo:GetMap*", "geo:ListMaps", "geo:SearchPlaceIndex*", "geo:GetPlace", "geo:CalculateRoute*",
        "geo:*Geofence", "geo:*Geofences", "geo:*DevicePosition*",
        "kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:ReEncryptFrom", "kms:GenerateDataKey",
        "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext",
        Sid="CognitoUnAuthedIdentitiesSessionPolicy",
    ),
)  # fmt: skip

_LAMBDA_LOGS: Final = _allow(
    "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents", "logs:StartLiveTail", "logs:StopLiveTail",
    on="arn:aws:logs:*:*:log-group:/aws/lambda/*",
)  # fmt: skip
_AROUND_LAMBDA: Final = (
    "cloudformation:DescribeStacks", "cloudformation:ListStackResources", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
    "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs", "kms:ListAliases",
    "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies", "iam:ListRoles", "logs:DescribeLogGroups", "states:DescribeStateMachine",
    "states:ListStateMachines", "tag:GetResources", "xray:GetTraceSummaries", "xray:BatchGetTraces",
)  # fmt: skip

_READ_ONLY: Final = _allow(
    "cognito-identity:Describe*", "cognito-identity:GetIdentityPoolRoles", "cognito-identity:GetPrincipalTagAttributeMap",
    "cognito-identity:List*", "cognito-identity:Lookup*",
    "cognito-idp:AdminGet*", "cognito-idp:AdminList*", "cognito-idp:Describe*", "cognito-idp:List*",
    "cognito-idp:GetCSVHeader", "cognito-idp:GetGroup", "cognito-idp:GetIdentityProviderByIdentifier",
    "cognito-idp:GetLogDeliveryConfiguration", "cognito-idp:GetSigningCertificate", "cognito-idp:GetUICustomization",
    "cognito-idp:GetUserPoolMfaConfig",
    "iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*",
    "kms:Describe*", "kms:Get*", "kms:List*", "lambda:Get*", "lambda:List*",
    "sts:GetAccessKeyInfo", "sts:GetCallerIdentity",
)  # fmt: skip

_GENERAL: Final = (
    Row("AdministratorAccess", "Every action on every resource.", "v1", "2015-02-06T18:39", "", (_allow("*"),)),
    Row(
        "PowerUserAccess", "Everything but the management of users, groups and roles.", "v12", "2015-02-06T18:39", "2026-02-12T17:59",
        (
            {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
            _allow(
                "account:GetAccountInformation", "account:GetGovCloudAccountInformation", "account:GetPrimaryEmail",
                "account:ListRegions", "iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles",
                "organizations:DescribeEffectivePolicy", "organizations:DescribeOrganization",
            ),
        ),
    ),
    Row("ReadOnlyAccess", "Reading of everything that is here.", "v1", "2015-02-06T18:39", "", (_READ_ONLY,)),
    Row("AWSDenyAll", "No action on any resource.", "v1", "2019-05-01T22:36", "", (
        {"Sid": "DenyAll", "Effect": "Deny", "Action": ["*"], "Resource": "*"},
    )),
    Row("IAMFullAccess", "Management of IAM.", "v2", "2015-02-06T18:40", "2019-06-21T19:40", (
        _allow(
            "iam:*", "organizations:DescribeAccount", "organizations:DescribeOrganization",
            "organizations:DescribeOrganizationalUnit", "organizations:DescribePolicy", "organizations:ListChildren",
            "organizations:ListParents", "organizations:ListPoliciesForTarget", "organizations:ListRoots",
            "organizations:ListPolicies", "organizations:ListTargetsForPolicy",
        ),
    )),
    Row("IAMReadOnlyAccess", "Reading of IAM.", "v4", "2015-02-06T18:40", "2018-01-25T19:11", (
        _allow(
            "iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails", "iam:Get*", "iam:List*",
            "iam:SimulateCustomPolicy", "iam:SimulatePrincipalPolicy",
        ),
    )),
)  # fmt: skip

_COGNITO: Final = (
    Row("AmazonCognitoPowerUser", "Management of user pools and identity pools.", "v9", "2015-03-24T17:14", "2026-02-12T18:00",
        _COGNITO_POWER),
    Row("AmazonCognitoReadOnly", "Reading of user pools and identity pools.", "v4", "2015-03-24T17:06", "2019-08-01T19:21",
        _COGNITO_READ),
    Row("AmazonCognitoDeveloperAuthenticatedIdentities", "What a back end that signs its own users in needs of identity pools.",
        "v1", "2015-03-24T17:22", "", _DEVELOPER_IDENTITIES),
    Row("AmazonCognitoUnauthenticatedIdentities", "What guests of an identity pool may do.", "v1", "2023-02-01T22:36", "", _GUESTS),
    Row("AmazonCognitoUnAuthedIdentitiesSessionPolicy", "The bounds of every guest's session, whatever the role allows.",
        "v4", "2023-07-19T23:04", "2026-05-01T00:00", _GUESTS_SESSION),
    Row("cenote-AmazonCognitoPowerUser", "AmazonCognitoPowerUser and every action of Cenote's own.", "v1", "2026-01-01T00:00", "",
        (*_COGNITO_POWER, _allow("cenote:*"))),
    Row("cenote-AmazonCognitoReadOnly", "AmazonCognitoReadOnly and the reading actions of Cenote's own.", "v1", "2026-01-01T00:00",
        "", (*_COGNITO_READ, _allow(*_CENOTE_READS))),
    Row("cenote-AmazonCognitoDeveloperAuthenticatedIdentities", "As AmazonCognitoDeveloperAuthenticatedIdentities.", "v1",
        "2026-01-01T00:00", "", _DEVELOPER_IDENTITIES),
    Row("cenote-AmazonCognitoUnauthenticatedIdentities", "As AmazonCognitoUnauthenticatedIdentities.", "v1", "2026-01-01T00:00", "",
        _GUESTS),
)  # fmt: skip

_LAMBDA_AND_KMS: Final = (
    Row("AWSLambda_FullAccess", "Management of functions.", "v4", "2020-11-17T21:14", "2025-03-17T21:07", (
        _allow("lambda:*", *_AROUND_LAMBDA),
        _allow("iam:PassRole", Condition=_when_passed_to("iam:PassedToService", "lambda.amazonaws.com")),
        _LAMBDA_LOGS,
    )),
    Row("AWSLambda_ReadOnlyAccess", "Reading of functions.", "v3", "2020-11-17T21:10", "2025-03-17T21:07", (
        _allow("lambda:Get*", "lambda:List*", "cloudformation:ListStacks", *_AROUND_LAMBDA), _LAMBDA_LOGS,
    )),
    Row("service-role/AWSLambdaBasicExecutionRole", "Writing of a function's logs.", "v1", "2015-04-09T15:03", "", (
        _allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    )),
    Row("service-role/AWSLambdaRole", "Calling of functions.", "v1", "2015-02-06T18:41", "", (_allow("lambda:InvokeFunction"),)),
    Row("AWSKeyManagementServicePowerUser", "Making and reading of KMS keys.", "v2", "2015-02-06T18:40", "2017-03-07T00:55", (
        _allow(
            "kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:Describe*", "kms:GenerateRandom", "kms:Get*", "kms:List*",
            "kms:TagResource", "kms:UntagResource", "iam:ListGroups", "iam:ListRoles", "iam:ListUsers",
        ),
    )),
)  # fmt: skip

# What stacks around user pools and their triggers attach beside these; nothing of it is here.
_AROUND_TRIGGERS: Final = (
    Row("service-role/AWSLambdaVPCAccessExecutionRole", "Logs and network interfaces of a function.", "v3", "2016-02-11T23:15",
        "2024-01-05T22:38", (
        _allow(
            "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ),
    )),
    Row("AWSXRayDaemonWriteAccess", "Writing of traces.", "v2", "2018-08-28T23:00", "2024-02-13T21:58", (
        _allow(
            "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ),
    )),
    Row("AmazonS3FullAccess", "All of S3.", "v2", "2015-02-06T18:40", "2021-09-27T20:16", (_allow("s3:*", "s3-object-lambda:*"),)),
    Row("AmazonS3ReadOnlyAccess", "Reading of S3.", "v3", "2015-02-06T18:40", "2023-08-10T21:31", (
        _allow("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"),
    )),
    Row("AmazonSESFullAccess", "All of SES.", "v1", "2015-02-06T18:41", "", (_allow("ses:*"),)),
    Row("AmazonSNSFullAccess", "All of SNS.", "v2", "2015-02-06T18:41", "2024-09-24T22:32", (_allow("sns:*"),)),
    Row("AmazonSQSFullAccess", "All of SQS.", "v1", "2015-02-06T18:41", "", (_allow("sqs:*"),)),
    Row("CloudWatchLogsFullAccess", "All of the logs.", "v8", "2015-02-06T18:40", "2026-02-12T18:00", (
        _allow("logs:*", "cloudwatch:GenerateQuery", "cloudwatch:GenerateQueryResultsSummary"),
    )),
    Row("IAMUserChangePassword", "A user's own password.", "v5", "2016-11-15T00:25", "2026-02-12T17:58", (
        _allow("iam:ChangePassword", on=("arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${aws:username}")),
        _allow("iam:GetAccountPasswordPolicy"),
    )),
)  # fmt: skip

ROWS: Final = (*_GENERAL, *_COGNITO, *_LAMBDA_AND_KMS, *_AROUND_TRIGGERS)
