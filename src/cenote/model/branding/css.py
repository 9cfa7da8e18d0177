"""
The style sheet of the classic hosted UI: Cognito's own classes, and nothing that loads or runs anything.

It is parsed as browsers parse it (CSS Syntax Level 3), so that neither escapes nor comments hide anything from these rules.

Source: developer guide "Customizing hosted UI (classic) branding".
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tinycss2

from cenote.base.errors import InvalidParameterException

_PSEUDO_CLASSES = {
    "background-customizable": frozenset[str](),
    "banner-customizable": frozenset[str](),
    "errorMessage-customizable": frozenset[str](),
    "idpButton-customizable": frozenset({"hover"}),
    "idpDescription-customizable": frozenset[str](),
    "inputField-customizable": frozenset({"focus"}),
    "label-customizable": frozenset[str](),
    "legalText-customizable": frozenset[str](),
    "logo-customizable": frozenset[str](),
    "passwordCheck-notValid-customizable": frozenset[str](),
    "passwordCheck-valid-customizable": frozenset[str](),
    "redirect-customizable": frozenset[str](),
    "socialButton-customizable": frozenset[str](),
    "submitButton-customizable": frozenset({"hover"}),
    "textDescription-customizable": frozenset[str](),
}
# Functions of values that compute or paint; whatever may fetch (url, src, image, image-set) or refers elsewhere (var, attr, env) is absent.
_FUNCTIONS = frozenset(
    [
        "blur",
        "brightness",
        "calc",
        "circle",
        "clamp",
        "color",
        "color-mix",
        "conic-gradient",
        "contrast",
        "cubic-bezier",
        "drop-shadow",
        "ellipse",
        "grayscale",
        "hsl",
        "hsla",
        "hue-rotate",
        "hwb",
        "inset",
        "invert",
        "lab",
        "lch",
        "linear-gradient",
        "matrix",
        "max",
        "min",
        "oklab",
        "oklch",
        "opacity",
        "polygon",
        "radial-gradient",
        "repeating-conic-gradient",
        "repeating-linear-gradient",
        "repeating-radial-gradient",
        "rgb",
        "rgba",
        "rotate",
        "saturate",
        "scale",
        "scalex",
        "scaley",
        "sepia",
        "skew",
        "skewx",
        "skewy",
        "steps",
        "translate",
        "translatex",
        "translatey",
    ]
)
# Properties by which old browsers ran code.
_PROPERTIES_THAT_RUN = frozenset({"behavior", "-ms-behavior", "-moz-binding"})
# Of brackets within brackets: what is written out again, for a comparison or a refusal, is so by recursion.
MAX_DEPTH = 32
# As long as the style sheet of the classic pages may be: parsing a megabyte of brackets takes seconds.
MAX_INERT_CHARS = 131_072
# Whatever is left open at the end of the sheet swallows this rule.
_END = ".end-of-this-sheet"


def verify_css(css: str) -> None:
    """
    Accept a style sheet for the classic pages.

    Raises:
        InvalidParameterException: it has another class or pseudo-class than Cognito's, an at-rule, a url, a script, or is not well-formed.
    """
    if any(letter < " " and letter not in "\t\n\r\f" for letter in css) or "<" in css or _END in css:
        # The sheet is to stand in a page, where </style> would end it.
        raise _refused("it has a character that no style sheet needs")
    tokens = tinycss2.parse_component_value_list(f"{css}\n{_END}{{}}")
    _verify_depth(tokens)
    rules = tinycss2.parse_stylesheet(tokens, skip_comments=True, skip_whitespace=True)
    if not rules or rules[-1].type != "qualified-rule" or tinycss2.serialize(rules[-1].prelude).strip() != _END:
        raise _refused("a comment, string or block is not closed")
    for rule in rules[:-1]:
        if rule.type == "at-rule":
            raise _refused(f"@{rule.at_keyword} is not allowed")
        if rule.type != "qualified-rule":
            raise _refused(f"line {rule.source_line} is not well-formed")
        for selector in _split(rule.prelude):
            _verify_selector(selector)
        _verify_declarations(rule.content)


def verify_inert(css: str) -> None:
    """
    Accept a style in an SVG, of whatever selectors: it may refer to parts of the image, and neither loads nor runs anything.

    Raises:
        InvalidParameterException: it does.
    """
    if "<" in css:
        raise _refused("it has a character that no style sheet needs")
    if len(css) > MAX_INERT_CHARS:
        raise _refused(f"it is longer than {MAX_INERT_CHARS} characters")
    _verify_values(tinycss2.parse_component_value_list(css), may_refer_inside=True)


def _verify_values(tokens: Iterable[Any], *, may_refer_inside: bool) -> None:
    for token in _every(tokens):
        match token.type:
            case "error" | "at-keyword" | "unicode-range":
                raise _refused(f"line {token.source_line} is not well-formed")
            case "url" if not (may_refer_inside and token.value.startswith("#")):
                raise _refused("url() is not allowed")
            case "function" if not _is_allowed(token, may_refer_inside=may_refer_inside):
                raise _refused(f"{token.lower_name}() is not allowed")
            case "ident" | "string" if "javascript" in token.value.lower():
                raise _refused("scripts are not allowed")
            case _:
                continue


def _verify_selector(tokens: Sequence[Any]) -> None:
    match [(token.type, getattr(token, "value", "")) for token in tokens]:
        case [("literal", "."), ("ident", name)] if name in _PSEUDO_CLASSES:
            return
        case [("literal", "."), ("ident", name), ("literal", ":"), ("ident", pseudo)] if pseudo in _PSEUDO_CLASSES.get(
            name, ()
        ):
            return
    raise _refused(f"the selector {tinycss2.serialize(tokens)[:64]} is none of those that can be customized")


def _verify_declarations(content: Sequence[Any]) -> None:
    for item in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        if item.type != "declaration":
            raise _refused(f"line {item.source_line} is not well-formed")
        if item.lower_name.startswith("--") or item.lower_name in _PROPERTIES_THAT_RUN:
            raise _refused(f"the property {item.lower_name[:64]} is not allowed")
        if any(token.type == "{} block" for token in item.value):
            raise _refused(f"line {item.source_line} is not well-formed")
        _verify_values(item.value, may_refer_inside=False)


def _is_allowed(token: Any, *, may_refer_inside: bool) -> bool:  # noqa: ANN401 - a node of tinycss2, which has no types
    name = token.lower_name
    if name == "url":
        inner = [each for each in token.arguments if each.type not in {"whitespace", "comment"}]
        return may_refer_inside and len(inner) == 1 and inner[0].type == "string" and inner[0].value.startswith("#")
    return name in _FUNCTIONS


def _split(prelude: Iterable[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield _stripped(part)
            part = []
        elif token.type != "comment":
            part.append(token)
    yield _stripped(part)


def _stripped(part: list[Any]) -> list[Any]:
    """*part* without white space around it; inside, it would make another selector."""
    while part and part[-1].type == "whitespace":
        part = part[:-1]
    while part and part[0].type == "whitespace":
        part = part[1:]
    return part


def _every(tokens: Iterable[Any]) -> Iterator[Any]:
    """The tokens and all that are inside them, however deep."""
    waiting = list(tokens)
    while waiting:
        token = waiting.pop()
        yield token
        waiting.extend(_inside(token))


def _verify_depth(tokens: Iterable[Any]) -> None:
    waiting = [(token, 1) for token in tokens]
    while waiting:
        token, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refused(f"it is nested deeper than {MAX_DEPTH} levels")
        waiting.extend((inner, depth + 1) for inner in _inside(token))


def _inside(token: Any) -> Sequence[Any]:  # noqa: ANN401 - see _is_allowed
    return getattr(token, "arguments", None) or getattr(token, "content", None) or ()


def _refused(reason: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid CSS: {reason}.")
