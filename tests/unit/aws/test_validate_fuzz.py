import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cenote.aws.validate import validate
from cenote.base.errors import Fault
from cenote.spec.model import Shape, service

SPEC = service("cognito-idp")
CODES = {"InvalidParameterException", "SerializationException"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SCALARS = {
    "string": st.text(max_size=40) | st.sampled_from(["", "a", "email", "us-east-1_abc", "x" * 3000]),
    "integer": st.integers(-(2**33), 2**33),
    "long": st.integers(-(2**65), 2**65),
    "boolean": st.booleans(),
    "blob": st.text(max_size=20) | st.just("aGk="),
    "timestamp": st.integers() | st.floats(),
    "document": anything,
}


def refusal_of(operation: str, params: object) -> Fault | None:
    try:
        validate("cognito-idp", operation, params)
    except Fault as fault:
        return fault
    return None


@st.composite
def like(draw: st.DrawFn, shape: Shape) -> object:
    """Something of *shape*'s form, or now and then anything at all; bounds and patterns are not respected."""
    if draw(st.integers(0, 19)) == 0:
        return draw(anything)
    if shape.type == "structure":
        names = draw(st.lists(st.sampled_from(sorted(shape.members)), unique=True)) if shape.members else []
        return {name: draw(like(SPEC.shapes[shape.members[name]])) for name in {*names, *sorted(shape.required)}}
    if shape.type == "list":
        return draw(st.lists(like(SPEC.shapes[shape.member]), max_size=3))
    if shape.type == "map":
        return draw(st.dictionaries(st.text(max_size=10), like(SPEC.shapes[shape.value]), max_size=3))
    if shape.enum and draw(st.booleans()):
        return draw(st.sampled_from(shape.enum))
    return draw(SCALARS[shape.type])


@settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_comes_in_comes_out_checked_or_refused(data: st.DataObject) -> None:
    operation = SPEC.operations[data.draw(st.sampled_from(sorted(SPEC.operations)))]
    assert operation.input
    shape = SPEC.shapes[operation.input]
    params = data.draw(like(shape))
    fault = refusal_of(operation.name, params)
    if fault is None:
        assert shape.required <= set(validate("cognito-idp", operation.name, params)) <= set(shape.members)
    else:
        assert fault.code in CODES
        assert fault.message


@pytest.mark.parametrize("params", [[], "x", 1, None, True])
def test_every_operation_refuses_what_is_no_object(params: object) -> None:
    codes = {getattr(refusal_of(name, params), "code", None) for name in SPEC.operations}
    assert codes == {"SerializationException"}


def test_an_empty_object_is_refused_exactly_where_something_is_required() -> None:
    refusing = {name for name in SPEC.operations if refusal_of(name, {}) is not None}
    assert refusing == {name for name, row in SPEC.operations.items() if row.input and SPEC.shapes[row.input].required}
