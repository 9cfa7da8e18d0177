"""CreateAccountAlias, DeleteAccountAlias, ListAccountAliases: an account has one at most, and it means nothing here."""

from cenote.aws.iam import paging
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import EntityAlreadyExistsException, NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.spec.generated.iam import (
    CreateAccountAliasRequest,
    DeleteAccountAliasRequest,
    ListAccountAliasesRequest,
    ListAccountAliasesResponse,
)
from cenote.storage.database import Tx
from cenote.storage.iam import entities


@operation("CreateAccountAlias", "iam")
def create_account_alias(services: Services, call: Call, params: CreateAccountAliasRequest) -> None:
    """Give the account an alias, in the place of the one it has."""
    name, now_ms = params["AccountAlias"], services.clock.now_ms()

    def work(tx: Tx) -> None:
        for former in _aliases(tx, call.account_id):
            if former.name == name:
                raise EntityAlreadyExistsException(f"The account alias {name} already exists.")
            entities.delete(tx, former)
        entities.insert(tx, _alias(call.account_id, name, now_ms))

    write(services, call.account_id, "create account alias", work)


@operation("DeleteAccountAlias", "iam")
def delete_account_alias(services: Services, call: Call, params: DeleteAccountAliasRequest) -> None:
    """Take the account's alias away."""
    name = params["AccountAlias"]

    def work(tx: Tx) -> None:
        alias = entities.get(tx, call.account_id, EntityKind.ACCOUNT_ALIAS, name)
        if alias is None:
            raise NoSuchEntityException(f"The account alias {name} cannot be found.")
        entities.delete(tx, alias)

    write(services, call.account_id, "delete account alias", work)


@operation("ListAccountAliases", "iam")
def list_account_aliases(
    services: Services, call: Call, params: ListAccountAliasesRequest
) -> ListAccountAliasesResponse:
    """The account's alias, if it has one."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        shown, ending = page.cut(_aliases(tx, call.account_id))
    return {"AccountAliases": [alias.name for alias in shown], **ending}


def _aliases(tx: Tx, account_id: str) -> list[Entity]:
    return entities.page(tx, account_id, EntityKind.ACCOUNT_ALIAS, limit=1)


def _alias(account_id: str, name: str, now_ms: int) -> Entity:
    # Its id is the account's, so that there is never a second one.
    return Entity(
        account_id,
        EntityKind.ACCOUNT_ALIAS,
        name,
        f"alias-of-{account_id}",
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
