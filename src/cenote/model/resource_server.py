"""
Resource servers: what owns custom scopes.

A custom scope is called by its server's identifier and its own name with a slash between them; an identifier may have slashes, a scope's
name has none. Source: API_ResourceServerType, API_ResourceServerScopeType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException


def server_document(request: Mapping[str, Any]) -> dict[str, Any]:
    """
    The name and the scopes that a request asks for; without scopes the server has none.

    Raises:
        InvalidParameterException: two scopes have one name.
    """
    scopes = [dict(scope) for scope in request.get("Scopes", ())]
    seen: set[str] = set()
    for scope in scopes:
        name = scope["ScopeName"]
        if name in seen:
            raise InvalidParameterException(f"Duplicate scope name {name} in the resource server.")
        seen.add(name)
    return {"Name": request["Name"], "Scopes": scopes}


def scopes_of(identifier: str, document: Mapping[str, Any]) -> frozenset[str]:
    """The scopes of the server *identifier* as clients and tokens call them."""
    return frozenset(f"{identifier}/{scope['ScopeName']}" for scope in document["Scopes"])
