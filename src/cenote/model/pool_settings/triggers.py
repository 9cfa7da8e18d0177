"""
Which functions a pool calls.

Source: API_LambdaConfigType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException


def lambda_config_of(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """
    LambdaConfig, in which PreTokenGeneration and PreTokenGenerationConfig always agree.

    Raises:
        InvalidParameterException: they name two functions, or a custom sender has no key to encrypt codes with.
    """
    config = dict(wanted)
    plain, versioned = config.get("PreTokenGeneration"), config.get("PreTokenGenerationConfig")
    if plain and versioned and plain != versioned["LambdaArn"]:
        raise InvalidParameterException(
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"
        )
    if versioned:
        config["PreTokenGeneration"] = versioned["LambdaArn"]
    elif plain:
        config["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": plain}
    if config.keys() & {"CustomSMSSender", "CustomEmailSender"} and "KMSKeyID" not in config:
        raise InvalidParameterException("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
    return config
