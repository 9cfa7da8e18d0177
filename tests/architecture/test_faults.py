"""Faults are AWS's: a class that no model declares would reach clients that have no name for it."""

from importlib import import_module
from pathlib import Path

import cenote.spec
from cenote.aws.phases import COMMON_ERRORS
from cenote.base import errors, iam_errors, identity_errors
from cenote.spec.model import service

# What every service of the query protocol may answer (AWS, "Common Errors"), beside those of the door.
QUERY_ERRORS = frozenset({"ValidationError"})


def test_every_fault_is_declared_by_a_model_or_common_to_all_services() -> None:
    declared = {
        code for name in _services() for error in service(name).errors.values() for code in (error.name, error.code)
    }
    unknown = _faults() - declared - COMMON_ERRORS - QUERY_ERRORS
    assert set() == unknown, "no model declares these faults of base"


def test_every_common_error_has_its_fault() -> None:
    assert set() == COMMON_ERRORS - _faults()


def _faults() -> set[str]:
    named = [kind for module in (errors, iam_errors, identity_errors) for kind in vars(module).values()]
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, errors.Fault)]
    return {kind.__name__ for kind in kinds} - {"Fault"}


def _services() -> list[str]:
    package = Path(str(cenote.spec.__file__)).parent / "generated"
    modules = sorted(path.stem for path in package.glob("*_shapes.py"))
    return [import_module(f"cenote.spec.generated.{name}").SERVICE.name for name in modules]
