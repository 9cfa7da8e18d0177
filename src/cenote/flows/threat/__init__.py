"""
Threat protection in flows: risk is assessed, acted on as the pool is set, and kept as an event. Where it is off, nothing of it is done.

    with_demand(services, sign_in) -> SignIn                     the first factor is proved: Progress.demand and .event_id
    failed(services, sign_in, *, is_second) -> None              a wrong proof was counted
    ended(services, sign_in, *, is_success) -> None              the end is settled; raises the fault that fits where risk is the reason
    verify_new_password(services, attempt, user, password, event) -> Assessment     before a password is hashed; refuses compromised ones
    record(services, attempt, user, event_type, response, assessment=None) -> str | None    keeps what else users do

`assess` (assessment.py) makes an Assessment of an attempt, without writing. None of these may be called within a transaction.
"""

from cenote.flows.threat.assessment import Assessment, assess
from cenote.flows.threat.configuration import Watched
from cenote.flows.threat.events import record
from cenote.flows.threat.new_passwords import verify_new_password
from cenote.flows.threat.sign_ins import ended, failed, with_demand

__all__ = ["Assessment", "Watched", "assess", "ended", "failed", "record", "verify_new_password", "with_demand"]
