"""
What guests may do at most, whatever their role allows: the session policies of credentials that nobody signed in for.

A guest's rights are the role's, as far as the inline document or the managed policy allows them too. Only the enhanced flow has these.

Source: developer guide, "IAM roles" (access policies for unauthenticated identities).
"""

import json
from typing import Final

MANAGED_POLICY_ARN: Final = "arn:aws:iam::aws:policy/AmazonCognitoUnAuthedIdentitiesSessionPolicy"

_WHOLE_SERVICES: Final = (
    "appsync",
    "cloudwatch",
    "codewhisperer",
    "cognito-identity",
    "cognito-idp",
    "cognito-sync",
    "comprehend",
    "dynamodb",
    "execute-api",
    "firehose",
    "gamelift",
    "iot",
    "kinesis",
    "lambda",
    "lex",
    "logs",
    "machinelearning",
    "mobileanalytics",
    "mobiletargeting",
    "personalize",
    "polly",
    "rekognition",
    "s3",
    "sdb",
    "ses",
    "sns",
    "sqs",
    "transcribe",
    "translate",
)
_ACTIONS: Final = ("sagemaker:InvokeEndpoint", "textract:AnalyzeDocument", "textract:DetectDocumentText")

INLINE_POLICY: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [*(f"{service}:*" for service in _WHOLE_SERVICES), *_ACTIONS],
                "Resource": "*",
            }
        ],
    },
    separators=(",", ":"),
)
