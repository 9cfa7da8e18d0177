"""
In the place of a message: the pool's CustomEmailSender or CustomSMSSender function, which gets the code encrypted and sends it itself.

The code is a message of the AWS Encryption SDK under a data key of the pool's KMSKeyID, with the pool's id as encryption context.
Source: developer guide, "Custom sender Lambda triggers".
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.base.errors import UnexpectedLambdaException
from cenote.crypto.encryption_sdk import message_of
from cenote.flows.hooks.asking import trigger
from cenote.flows.kms import data_keys
from cenote.flows.services import Services
from cenote.model.message import Channel, Purpose
from cenote.model.pool import Pool
from cenote.triggers import custom_sender
from cenote.triggers.events import Occasion, event_of
from cenote.triggers.kinds import Trigger


@dataclass(frozen=True, slots=True)
class Handover:
    """
    What a function of the pool's own is to send.

    *code* is None where a message brings none. *told* is what the function sees as the user's attributes, the address that it is to
    write to among them.
    """

    pool: Pool
    occasion: Occasion
    purpose: Purpose
    channel: Channel
    code: str | None = field(repr=False)
    told: Mapping[str, str] = field(repr=False)
    metadata: Mapping[str, str] = field(repr=False)


def is_taken(pool: Pool, channel: Channel) -> bool:
    """Whether the pool has a function that sends what goes by *channel*."""
    return trigger(pool, custom_sender.KINDS[channel]) is not None


def send(services: Services, handover: Handover) -> None:
    """
    Call the function; what it answers means nothing. Not within a transaction.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException: it failed, or the pool's key cannot be used.
    """
    services.database.refuse_inside_write()
    pool, channel = handover.pool, handover.channel
    asked = trigger(pool, custom_sender.KINDS[channel])
    if asked is None:
        raise LookupError("what no function sends is not handed over")
    code = None if handover.code is None else _encrypted(services, pool, asked, handover.code)
    request = custom_sender.request_of(channel, code, handover.told, handover.metadata)
    event = event_of(handover.occasion, custom_sender.source_of(channel, handover.purpose), request, {})
    services.triggers.tell(asked, event, source_arn=pool.arn)


def _encrypted(services: Services, pool: Pool, asked: Trigger, code: str) -> str:
    context = {"userpool-id": pool.pool_id}
    try:
        key = data_keys.generate(services, pool.document["LambdaConfig"]["KMSKeyID"], pool.account_id, context)
    except data_keys.KeyUnusableError as error:
        message = f"{asked.kind.value} invocation failed: the KMS key of the user pool cannot be used."
        raise UnexpectedLambdaException(message, cause=f"{pool.pool_id}: {error}") from None
    return base64.b64encode(message_of(code.encode(), key, context)).decode()
