"""Before a message: the pool's CustomMessage function words it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import structlog

from cenote.flows.hooks.asking import trigger
from cenote.flows.services import Services
from cenote.messages.templates import Templates, with_custom_message
from cenote.model.message import Purpose
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.triggers import custom_message
from cenote.triggers.custom_message import Texts
from cenote.triggers.events import Occasion, event_of
from cenote.triggers.kinds import Kind

log: Any = structlog.get_logger(__name__)


def worded(
    services: Services,
    pool: Pool,
    user: User,
    purpose: Purpose,
    templates: Templates,
    *,
    occasion: Occasion,
    metadata: Mapping[str, str],
) -> Templates:
    """
    *templates* with what the pool's function says for *purpose*; as they are where there is no such function.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the function failed.
    """
    asked = trigger(pool, Kind.CUSTOM_MESSAGE)
    if asked is None:
        return templates
    services.database.refuse_inside_write()
    request = custom_message.request_of(user, purpose, metadata)
    event = event_of(occasion, custom_message.source_of(purpose), request, custom_message.RESPONSE)
    texts = custom_message.texts_in(services.triggers.call(asked, event, source_arn=pool.arn))
    return _accepted(pool, templates, purpose, texts)


def _accepted(pool: Pool, templates: Templates, purpose: Purpose, texts: Texts) -> Templates:
    given: dict[str, str | None] = dataclasses.asdict(texts)
    # Only a pool with mail of its own may word it.
    is_own_mail = pool.document.get("EmailConfiguration", {}).get("EmailSendingAccount") == "DEVELOPER"
    honoured = {name: text for name, text in given.items() if is_own_mail or name == "sms_message"}
    changed = with_custom_message(templates, purpose, **honoured)
    sent = dataclasses.astuple(changed)
    passed_over = [name for name, text in given.items() if text and (name not in honoured or text not in sent)]
    if passed_over:
        log.warning("custom_message_passed_over", pool_id=pool.pool_id, purpose=purpose.value, members=passed_over)
    return changed
