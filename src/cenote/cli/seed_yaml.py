"""
A seed file's YAML, read into Python values.

Of YAML 1.1's words for true and false only `true` and `false` are kept, as in YAML 1.2: `MfaConfiguration: OFF` is AWS's word OFF. A key
that is there twice is refused instead of one of its values being lost.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from cenote.model.seed_values import SeedError


class _Loader(yaml.SafeLoader):
    """Safe: it makes nothing but plain values."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of *node*; a ConstructorError when a key is there twice."""
        seen: set[str] = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} is there twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read(path: Path) -> object:
    """
    The values of the file.

    Raises:
        OSError: it cannot be read.
        SeedError: it is not YAML; the text tells line and column.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        raise SeedError(str(path), f"{where}{error.problem or 'it is not YAML'}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise SeedError(str(path), "it is not YAML") from None
