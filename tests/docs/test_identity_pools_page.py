"""docs/identity-pools.md: its commands, typed in order, and its snippets."""

import os
import re
import shutil
import sys
from typing import Any

import pytest

from cenote.aws.rate_categories import CATEGORY_OF
from docs.pages import text_of
from docs.terminal import Terminal, of_language, run
from harness import node

PAGE = "docs/identity-pools.md"
# What the page's variables are by the end of it.
TOLD = 'echo "told=$IDENTITY_POOL $PROVIDER $TOKEN $IDENTITY"'


@pytest.fixture(scope="module")
def printed(terminal: Terminal) -> str:
    """What the page's commands print, and the variables that they leave."""
    return terminal.type("\n".join([*(block.text for block in of_language(text_of(PAGE), "sh")), TOLD]))


def told(printed: str) -> list[str]:
    """The identity pool, the provider's name, a token and the identity that it leads to."""
    [line] = re.findall(r"^told=(.*)$", printed, re.MULTILINE)
    found: list[str] = line.split(" ")
    return found


@pytest.mark.slow
def test_the_commands_lead_to_credentials_that_are_good_for_what_the_role_allows(printed: str) -> None:
    session = "arn:aws:sts::000000000000:assumed-role/shop-people"
    assert [f"{session}/CognitoIdentityCredentials", "ada", "refused, as it should be", f"{session}/ada"] == [
        line for line in printed.splitlines() if line.startswith(("arn:", "ada", "refused"))
    ]
    assert '"issuer": "https://cognito-identity.amazonaws.com"' in printed
    assert '"customer-4711"' in printed


@pytest.mark.slow
def test_the_python_of_the_page_gives_a_session_of_the_role(terminal: Terminal, printed: str) -> None:
    [block] = of_language(text_of(PAGE), "python")
    identity_pool, provider, token, _ = told(printed)
    own = f"{terminal.server.url.partition('://')[2]}/{provider.partition('/')[2]}"
    for name in (provider, own):
        asked = f"session_of({identity_pool!r}, {{{name!r}: {token!r}}}).client('sts').get_caller_identity()['Arn']"
        arn = run([sys.executable, "-c", f"{block.text}\nprint({asked})"], terminal.folder, terminal.environ)
        assert "arn:aws:sts::000000000000:assumed-role/shop-people/CognitoIdentityCredentials" == arn.strip()


@pytest.mark.slow
def test_the_javascript_of_the_page_leads_to_the_same_identity(terminal: Terminal, printed: str) -> None:
    program = shutil.which("node")
    if program is None or not node.MODULES.is_dir():
        node.go_without()
    [block] = of_language(text_of(PAGE), "js")
    identity_pool, provider, token, identity = told(printed)
    text = re.sub(r"import (\{.*\}) from (.*);", r"const \1 = require(\2);", block.text)
    for shown, meant in (
        ("us-east-1:…", identity_pool),
        ("cognito-idp.us-east-1.amazonaws.com/us-east-1_…", provider),
        ("http://localhost:9329", terminal.server.url),
    ):
        assert shown in text
        text = text.replace(shown, meant)
    asked = f"const idToken = {token!r};\n{text}\ncredentials().then((found) => console.log(found.identityId));"
    environ = {"PATH": os.environ["PATH"], "NODE_PATH": str(node.MODULES)}
    assert identity == run([program or "node", "-e", asked], terminal.folder, environ).strip()


def test_the_rates_of_identity_pools_are_on_the_page_of_settings() -> None:
    of_identity_pools: dict[str, Any] = {
        operation: category for (service, operation), category in CATEGORY_OF.items() if service == "cognito-identity"
    }
    assert of_identity_pools
    for operation, category in of_identity_pools.items():
        rows = [row for row in text_of("docs/settings.md").splitlines() if f"`{operation}`" in row]
        assert any(f"`CENOTE_RATE_{category.rate.upper()}`" in row for row in rows)
