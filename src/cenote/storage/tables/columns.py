"""The types of columns, and the metadata that every table joins."""

import json
from typing import Any

from sqlalchemy import Dialect, MetaData, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData()


class JsonText(TypeDecorator[Any]):
    """A JSON document kept as text: the same bytes on every engine, never queried into."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The document as compact JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002 - SQLAlchemy's signature
        """The document as Python values."""
        return None if value is None else json.loads(value)


def exact() -> TypeEngine[str]:
    """Text that compares by code point, on every engine."""
    return Text().with_variant(String(collation="C"), "postgresql")
