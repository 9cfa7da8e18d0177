"""
Search beyond ListUsers: several clauses, on attributes that an operator has let index.

The first clause is answered by its index, the others are asked of each user that it finds.
"""

from cenote.base.errors import InvalidParameterException
from cenote.model.names import searchable
from cenote.model.pool import Pool
from cenote.model.search_index import IndexState
from cenote.model.user import User
from cenote.model.user_filter import COLUMNS, SEARCHED, UserFilter, matches, parse_clauses

ENABLED = {True: "Enabled", False: "Disabled"}


def clauses_of(pool: Pool, text: str) -> tuple[UserFilter, ...]:
    """
    The clauses in *text*, their values in the form in which *pool* compares them; none when it is blank.

    Raises:
        InvalidParameterException: they are no clauses, the first one's attribute has no index, or another's is not the pool's.
    """
    clauses = parse_clauses(text)
    for clause in clauses:
        if clause.attribute not in pool.schema and clause.attribute not in {*COLUMNS, "username"}:
            raise InvalidParameterException(f"The user pool has no attribute {clause.attribute}.")
    if clauses:
        _verify_indexed(pool, clauses[0].attribute)
    return tuple(
        UserFilter(clause.attribute, _compared(pool, clause.attribute, clause.value), is_prefix=clause.is_prefix)
        for clause in clauses
    )


def meets(pool: Pool, user: User, clause: UserFilter) -> bool:
    """Whether *user* is one of those whom *clause*, of `clauses_of`, means."""
    value = _value_of(user, clause.attribute)
    return bool(value) and matches(clause, _compared(pool, clause.attribute, value))


def _verify_indexed(pool: Pool, attribute: str) -> None:
    if attribute in COLUMNS or attribute in SEARCHED:
        return
    state = pool.search_index.get(attribute)
    command = f"cenote search index {pool.pool_id} {attribute}"
    if state is IndexState.BUILDING:
        raise InvalidParameterException(f"The index on {attribute} is not complete yet. Let it end: {command}")
    if state is not IndexState.BUILT:
        raise InvalidParameterException(f"{attribute} is not indexed. Let it be: {command}")


def _compared(pool: Pool, attribute: str, value: str) -> str:
    # This one attribute compares without regard to case.
    return value.upper() if attribute == "cognito:user_status" else searchable(pool, attribute, value)


def _value_of(user: User, attribute: str) -> str:
    if attribute == "sub":
        return user.sub
    if attribute == "username":
        return user.username
    if attribute == "status":
        return ENABLED[user.enabled]
    if attribute == "cognito:user_status":
        return user.status.value
    return user.attributes.get(attribute, "")
