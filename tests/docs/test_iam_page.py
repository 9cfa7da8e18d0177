"""docs/iam.md: its commands, typed in order, and its tables beside what they are about."""

import json
import re
import sys
from dataclasses import replace

import pytest

from cenote.admin import client_options
from cenote.admin import door as admin
from cenote.aws.permission.passed_roles import PASSED
from cenote.model.iam import managed_policies, quotas
from cenote.model.iam.entity import EntityKind
from cenote.outbox import door as outbox
from cenote.uploads import answers
from cenote.uploads import door as uploads
from docs.pages import rows_of, section_of, text_of
from docs.terminal import Terminal, of_language, run

PAGE = "docs/iam.md"
# What the words of the table of quotas stand for.
KINDS = {
    "roles": EntityKind.ROLE,
    "users": EntityKind.USER,
    "groups": EntityKind.GROUP,
    "managed policies": EntityKind.POLICY,
    "instance profiles": EntityKind.INSTANCE_PROFILE,
    "OpenID Connect providers": EntityKind.OIDC_PROVIDER,
    "SAML providers": EntityKind.SAML_PROVIDER,
}


@pytest.fixture(scope="module")
def printed(terminal: Terminal) -> str:
    """What the page's commands print, typed on the machine of the server."""
    beside = replace(terminal, environ={**terminal.settings, **terminal.environ})
    return beside.type("\n".join(block.text for block in of_language(text_of(PAGE), "sh")))


@pytest.mark.slow
def test_an_operator_has_a_user_and_the_root_key_signs_no_more(terminal: Terminal, printed: str) -> None:
    assert printed.count("arn:aws:iam::000000000000:user/ana\n") == 1
    assert "The root key is switched off." in printed
    assert "cognito-idp:ListUsers\tallowed\ncognito-idp:AdminDeleteUser\timplicitDeny\n" in printed
    assert '"Arn": "arn:aws:sts::000000000000:assumed-role/auditor/ana"' in printed
    refused = terminal.type("aws sts get-caller-identity 2>&1 || true")
    assert "(InvalidClientTokenId)" in refused


@pytest.mark.slow
def test_the_python_of_the_page_says_why_a_call_was_refused(terminal: Terminal) -> None:
    [block] = of_language(section_of(text_of(PAGE), "Policies"), "python")
    replace(terminal, environ={**terminal.settings, **terminal.environ}).type("cenote root-key on")
    terminal.type("aws iam create-user --user-name why")
    key = json.loads(terminal.type("aws iam create-access-key --user-name why"))["AccessKey"]
    asked = f"""
{block.text}
user = boto3.client("iam", aws_access_key_id={key["AccessKeyId"]!r}, aws_secret_access_key={key["SecretAccessKey"]!r})
try:
    user.list_roles()
except ClientError as refused:
    print(why(refused))
"""
    said = json.loads(run([sys.executable, "-c", asked], terminal.folder, terminal.environ))
    assert (False, "iam:ListRoles") == (said["allowed"], said["context"]["action"])


def test_the_page_names_every_action_of_cenotes_own() -> None:
    named = set(re.findall(r"`cenote:([A-Z]\w+)`", section_of(text_of(PAGE), "Policies")))
    assert (
        admin.OPERATIONS | client_options.OPERATIONS | outbox.OPERATIONS | uploads.OPERATIONS - {answers.PUT} == named
    )


def test_the_page_names_every_operation_that_passes_roles() -> None:
    [sentence] = re.findall(r"\*\*PassRole\.\*\*.*?(?=\n\n)", text_of(PAGE), re.DOTALL)
    of_user_pools = {"CreateUserPool", "UpdateUserPool", "SetUserPoolMfaConfig"}
    assert "the SMS role of a user pool" in sentence
    for _, operation in PASSED:
        assert operation in of_user_pools or operation in sentence


def test_the_policies_that_are_named_are_built_in() -> None:
    page = text_of(PAGE)
    section = page.partition("### Built in\n")[2].partition("\n### ")[0]
    named = set(re.findall(r"`((?:cenote-)?[A-Z]\w+)`", section))
    every = {policy.name for policy in managed_policies.every()}
    assert named <= every
    assert 4 == sum(name.startswith("cenote-") for name in every)


def test_the_quotas_on_the_page_are_those_that_hold() -> None:
    [_, *rows] = [cells for cells in rows_of(section_of(text_of(PAGE), "Quotas")) if not cells[1].startswith("--")]
    assert {name: quotas.PER_ACCOUNT[kind][1] for name, kind in KINDS.items()} == {row[0]: int(row[1]) for row in rows}
    limits = [int(number.replace(",", "")) for row in rows for number in re.findall(r"\d[\d,]*", row[3])]
    kinds = (EntityKind.ROLE, EntityKind.USER, EntityKind.GROUP)
    assert limits == [
        quotas.ATTACHED[EntityKind.ROLE][1],
        *(quotas.INLINE_CHARS[kind] for kind in kinds),
        quotas.MANAGED_CHARS,
        quotas.VERSIONS,
        quotas.TRUST_CHARS,
        quotas.ACCESS_KEYS_PER_USER,
        quotas.GROUPS_PER_USER,
        quotas.TAGS,
    ]
