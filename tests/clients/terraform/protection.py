"""`aws_cognito_risk_configuration`, `aws_cognito_log_delivery_configuration` and `aws_cognito_user_pool_replica`."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.members import expanded, flattened, one
from clients.terraform.plans import COMPUTED_SET, OPTIONAL, SET, Argument, State

_ACTION = {"event_action": "EventAction", "notify": "Notify"}
_LEVELS = {"low_action": "LowAction", "medium_action": "MediumAction", "high_action": "HighAction"}
_EMAIL = {"html_body": "HtmlBody", "subject": "Subject", "text_body": "TextBody"}
_EMAILS = {"block_email": "BlockEmail", "mfa_email": "MfaEmail", "no_action_email": "NoActionEmail"}
_NOTIFY = {"from": "From", "reply_to": "ReplyTo", "source_arn": "SourceArn"}
_RANGES = {"blocked_ip_range_list": "BlockedIPRangeList", "skipped_ip_range_list": "SkippedIPRangeList"}


def _block(table: Mapping[str, str], **others: Argument) -> Argument:
    return Argument(block=dict.fromkeys(table, OPTIONAL) | others)


class RiskConfiguration:
    """What a pool, or one of its clients, does about risks; setting nothing deletes it."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "account_takeover_risk_configuration": Argument(
            block={
                "actions": Argument(block=dict.fromkeys(_LEVELS, _block(_ACTION))),
                "notify_configuration": _block(_NOTIFY, **dict.fromkeys(_EMAILS, _block(_EMAIL))),
            }
        ),
        "compromised_credentials_risk_configuration": Argument(
            block={"actions": _block({"event_action": ""}), "event_filter": COMPUTED_SET}
        ),
        "risk_exception_configuration": Argument(block=dict.fromkeys(_RANGES, SET)),
    }

    def __init__(self, client: Any, pool_id: str, client_id: str | None = None) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id} | ({} if client_id is None else {"ClientId": client_id})

    def create(self, wanted: State) -> None:
        request: dict[str, Any] = {}
        if takeover := one(wanted.get("account_takeover_risk_configuration")):
            request["AccountTakeoverRiskConfiguration"] = _takeover_of(takeover)
        if compromised := one(wanted.get("compromised_credentials_risk_configuration")):
            request["CompromisedCredentialsRiskConfiguration"] = {
                **expanded({"event_filter": "EventFilter"}, compromised),
                "Actions": {"EventAction": one(compromised["actions"])["event_action"]},
            }
        if exceptions := one(wanted.get("risk_exception_configuration")):
            request["RiskExceptionConfiguration"] = expanded(_RANGES, exceptions)
        self.client.set_risk_configuration(**self.key, **request)

    def update(self, wanted: State, before: State) -> None:
        assert before is not None
        self.create(wanted)

    def read(self) -> State | None:
        try:
            shown = self.client.describe_risk_configuration(**self.key)["RiskConfiguration"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        state: State = {}
        if "AccountTakeoverRiskConfiguration" in shown:
            state["account_takeover_risk_configuration"] = [_takeover_shown(shown["AccountTakeoverRiskConfiguration"])]
        if "CompromisedCredentialsRiskConfiguration" in shown:
            compromised = shown["CompromisedCredentialsRiskConfiguration"]
            actions = [{"event_action": compromised["Actions"]["EventAction"]}]
            state["compromised_credentials_risk_configuration"] = [
                {"actions": actions, "event_filter": compromised["EventFilter"]}
            ]
        if "RiskExceptionConfiguration" in shown:
            state["risk_exception_configuration"] = [flattened(_RANGES, shown["RiskExceptionConfiguration"])]
        return state

    def delete(self) -> None:
        try:
            self.client.set_risk_configuration(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return


def _takeover_of(block: Mapping[str, Any]) -> dict[str, Any]:
    actions = one(block["actions"])
    request: dict[str, Any] = {
        # `Notify` is required, and so it is sent when it is false.
        "Actions": {
            member: {"EventAction": one(actions[name])["event_action"], "Notify": one(actions[name])["notify"]}
            for name, member in _LEVELS.items()
            if actions.get(name)
        }
    }
    if notify := one(block.get("notify_configuration")):
        emails = {member: expanded(_EMAIL, one(notify[name])) for name, member in _EMAILS.items() if notify.get(name)}
        request["NotifyConfiguration"] = expanded(_NOTIFY, notify) | emails
    return request


def _takeover_shown(shown: Mapping[str, Any]) -> State:
    actions = {
        name: [flattened(_ACTION, shown["Actions"][member])]
        for name, member in _LEVELS.items()
        if member in shown["Actions"]
    }
    state: State = {"actions": [actions]}
    if notify := shown.get("NotifyConfiguration"):
        emails = {name: [flattened(_EMAIL, notify[member])] for name, member in _EMAILS.items() if member in notify}
        state["notify_configuration"] = [flattened(_NOTIFY, notify) | emails]
    return state


_DESTINATIONS = {
    "cloud_watch_logs_configuration": ("CloudWatchLogsConfiguration", {"log_group_arn": "LogGroupArn"}),
    "firehose_configuration": ("FirehoseConfiguration", {"stream_arn": "StreamArn"}),
    "s3_configuration": ("S3Configuration", {"bucket_arn": "BucketArn"}),
}
_LOG = {"event_source": "EventSource", "log_level": "LogLevel"}


class LogDelivery:
    """Where the logs of a pool go; an empty list deletes it. It has no state of not being there but that of the pool."""

    is_strict = True
    arguments: Mapping[str, Argument] = {
        "log_configurations": Argument(
            is_set=True,
            block={
                **dict.fromkeys(_LOG, OPTIONAL),
                **{name: _block(table) for name, (_, table) in _DESTINATIONS.items()},
            },
        )
    }

    def __init__(self, client: Any, pool_id: str) -> None:
        self.client = client
        self.pool_id = pool_id

    def create(self, wanted: State) -> None:
        configurations = []
        for block in wanted["log_configurations"]:
            found = expanded(_LOG, block)
            for name, (member, table) in _DESTINATIONS.items():
                if block.get(name):
                    found[member] = expanded(table, one(block[name]))
            configurations.append(found)
        answer = self.client.set_log_delivery_configuration(UserPoolId=self.pool_id, LogConfigurations=configurations)
        assert self.pool_id == answer["LogDeliveryConfiguration"]["UserPoolId"]

    def update(self, wanted: State, before: State) -> None:
        assert before is not None
        self.create(wanted)

    def read(self) -> State | None:
        try:
            shown = self.client.get_log_delivery_configuration(UserPoolId=self.pool_id)["LogDeliveryConfiguration"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        blocks = []
        for each in shown["LogConfigurations"]:
            block: State = flattened(_LOG, each)
            for name, (member, table) in _DESTINATIONS.items():
                if member in each:
                    block[name] = [flattened(table, each[member])]
            blocks.append(block)
        return {"log_configurations": blocks}

    def delete(self) -> None:
        try:
            self.client.set_log_delivery_configuration(UserPoolId=self.pool_id, LogConfigurations=[])
        except self.client.exceptions.ResourceNotFoundException:
            return


class Replica:
    """A replica in another region: found in the list of all, ready when INACTIVE or ACTIVE."""

    is_strict = True
    arguments: Mapping[str, Argument] = {"region_name": OPTIONAL, "status": Argument(default="INACTIVE")}

    def __init__(self, client: Any, pool_id: str, region: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "RegionName": region}
        self.arn = ""

    def create(self, wanted: State) -> None:
        self.client.create_user_pool_replica(**self.key)
        made = self.read()
        assert made is not None
        if wanted["status"] == "ACTIVE":
            self.update(wanted, made)

    def update(self, wanted: State, before: State) -> None:
        assert before["status"] != wanted["status"]
        self.client.update_user_pool_replica(**self.key, Status=wanted["status"])

    def read(self) -> State | None:
        try:
            pages = list(self.client.list_user_pool_replicas(UserPoolId=self.key["UserPoolId"])["UserPoolReplicas"])
        except self.client.exceptions.ResourceNotFoundException:
            return None
        for each in pages:
            if (each["Role"], each["RegionName"]) == ("SECONDARY", self.key["RegionName"]):
                self.arn = each["UserPoolArn"]
                return {"region_name": each["RegionName"], "status": each["Status"]}
        return None

    def delete(self) -> None:
        try:
            self.client.delete_user_pool_replica(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return
