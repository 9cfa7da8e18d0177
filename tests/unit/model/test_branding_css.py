"""Style sheets of the classic pages: what may be styled, and what may not come along."""

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.css import verify_css

# Every class and pseudo-class of the guide's list.
TEMPLATE = """/* all of them */
.logo-customizable { max-width: 60%; max-height: 30% }
.banner-customizable { padding: 25px 0px 25px 0px; background-color: lightgray; }
.label-customizable { font-weight: 400; }
.textDescription-customizable, .idpDescription-customizable { padding-top: 10px; display: block; font-size: 16px }
.legalText-customizable { color: #747474; font-size: 11px; }
.submitButton-customizable { font-size: 14px; margin: 20px 0px 10px 0px; color: rgb(255, 255, 255) !important }
.submitButton-customizable:hover { background: linear-gradient(to right, rgba(1, 2, 3, .5), calc(1px + 2px)) }
.errorMessage-customizable { border: 1px solid #D64958; box-sizing: border-box; }
.inputField-customizable { height: 34px; font-family: "Open Sans", sans-serif }
.inputField-customizable:focus { border-color: #66afe9; outline: 0; }
.idpButton-customizable { text-align: center; }
.idpButton-customizable:hover { color: #fff; }
.socialButton-customizable { text-align: left; }
.redirect-customizable { text-align: center; }
.passwordCheck-notValid-customizable { color: #DF3312; }
.passwordCheck-valid-customizable { color: #19BF00; }
.background-customizable { background-color: #fff; }
"""


@pytest.mark.parametrize(
    "css", ["", " \n", "/* nothing */", TEMPLATE, ".logo-customizable{}", ".logo-customiz\\61 ble{color:red}"]
)
def test_cognitos_classes_may_be_styled(css: str) -> None:
    before = css
    verify_css(css)
    assert before == css


def _inside(value: str) -> str:
    return f".logo-customizable {{ color: {value} }}"


@pytest.mark.parametrize(
    "css",
    [
        "body { color: red }",
        "* { color: red }",
        ".mine { color: red }",
        "#logo-customizable { color: red }",
        ".logo-customizable .banner-customizable { color: red }",
        ".logo-customizable > .banner-customizable { color: red }",
        ".logo-customizable, body { color: red }",
        ".logo-customizable, { color: red }",
        ".logo-customizable:hover { color: red }",
        ".submitButton-customizable:focus { color: red }",
        ".submitButton-customizable::after { content: 'x' }",
        ".submitButton-customizable:not(a) { color: red }",
        ".logo-customizable(x) { color: red }",
    ],
)
def test_other_selectors_are_refused(css: str) -> None:
    with pytest.raises(InvalidParameterException, match="is none of those that can be customized"):
        verify_css(css)


@pytest.mark.parametrize(
    "css",
    [
        "@import 'https://evil.example/x.css';",
        "@charset 'utf-8';",
        "@media print { .logo-customizable { color: red } }",
        "@font-face { font-family: x; src: url(x) }",
        "@\\69mport 'x';",
        ".logo-customizable { color: red; @media print {} }",
        ".logo-customizable { .banner-customizable { color: red } }",
        _inside("url(https://evil.example/x.png)"),
        _inside("url('x')"),
        _inside("u\\72l(x)"),
        _inside("URL(x)"),
        _inside("/**/url(x)"),
        _inside("min(1px, (url(x)))"),
        _inside("image-set('x' 1x)"),
        _inside("src('x')"),
        _inside("attr(href)"),
        _inside("var(--x)"),
        _inside("expression(alert(1))"),
        _inside("javascript:alert(1)"),
        _inside("'javascript:1'"),
        _inside("'</style><script>'"),
        _inside("{ a: b }"),
        _inside("@x"),
        _inside("\0"),
        ".logo-customizable { --x: y }",
        ".logo-customizable { behavior: x }",
        ".logo-customizable { -moz-binding: x }",
        "<!-- .logo-customizable { color: red } -->",
    ],
)
def test_what_loads_or_runs_something_is_refused(css: str) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid CSS"):
        verify_css(css)


@pytest.mark.parametrize(
    "css",
    [
        ".logo-customizable { color: red",
        ".logo-customizable { color: 'red }",
        ".logo-customizable { color: red } /* more",
        ".logo-customizable { color: red }}",
        ".logo-customizable { color red }",
        ".logo-customizable { color: (red }",
        ".end-of-this-sheet{} /*",
        "}",
        "just text",
    ],
)
def test_a_sheet_that_is_not_well_formed_is_refused(css: str) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid CSS"):
        verify_css(css)


def test_depth_costs_no_stack() -> None:
    with pytest.raises(InvalidParameterException):
        verify_css(_inside("(" * 30_000 + "url(x)" + ")" * 30_000))
