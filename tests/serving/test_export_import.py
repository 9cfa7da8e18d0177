"""`cenote export` and `cenote import` beside a running server, as an operator types them."""

import json
import stat
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from srp_client import begun, claim_of, client_of, respond

from cenote.base.settings import load
from cenote.crypto.age import new_identity
from durability.wholeness import opened
from flows.transfer_cases import fill
from harness import server as servers
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up
from harness.server import Server
from serving.transfer import PASSPHRASE, passphrase_file, typed, typed_at_terminal

USERS = 50_000
# What does not depend on the engine.
once = pytest.mark.parametrize("engine", ["sqlite"])


def sub_of(pool: Pool, access_token: str) -> str:
    """Whom a token speaks for."""
    attributes = pool.endpoint.anonymous.get_user(AccessToken=access_token)["UserAttributes"]
    return str(next(each["Value"] for each in attributes if each["Name"] == "sub"))


@pytest.mark.slow
def test_fifty_thousand_users_survive_a_wiped_database(tmp_path: Path) -> None:
    first, second, file = tmp_path / "first", tmp_path / "second", str(tmp_path / "pool.age")
    first.mkdir()
    second.mkdir()
    secret = passphrase_file(tmp_path)
    with servers.running(first, master_key="5e" * 32) as server:
        pool = make_pool(server, AliasAttributes=["email"])
        with opened(load(server.environ, None)) as services:
            known = fill(services, pool.id, USERS, groups=50, known=3)
        code, out, err = typed(
            server.environ, "export", pool.id, "--to", file, "--passphrase-file", secret, folder=first
        )
    assert (0, "") == (code, err)
    assert f"Exported {pool.id} to {file}: 2 signing keys, 1 client, 50 groups, 50,000 users, " in out
    with servers.running(second, master_key="a1" * 32) as server:
        code, out, err = typed(server.environ, "import", file, "--passphrase-file", secret, folder=second)
        assert (0, "") == (code, err)
        assert f"Restored {pool.id} in us-east-1: 2 signing keys, 1 client, 50 groups, 50,000 users, " in out
        there = Pool(server, pool.id, pool.client_id)
        for user in known:
            srp = client_of(there, user.username)
            by_srp = respond(there, claim_of(srp, begun(there, srp)))["AuthenticationResult"]
            by_password = sign_in(there, f"{user.username}@example.com", PASSWORD)
            assert user.sub == sub_of(there, by_srp["AccessToken"]) == sub_of(there, by_password["AccessToken"])
        with pytest.raises(ClientError, match="Incorrect username or password"):
            sign_in(there, known[0].username, "Another-Horse-8")
        in_group = server.signed.list_users_in_group(UserPoolId=pool.id, GroupName="group-007")["Users"]
        assert "group-007" in {
            group["GroupName"]
            for group in server.signed.admin_list_groups_for_user(UserPoolId=pool.id, Username=in_group[0]["Username"])[
                "Groups"
            ]
        }
        assert USERS == server.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["EstimatedNumberOfUsers"]


def test_a_running_server_serves_the_pool_that_was_imported_beside_it(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    sub = signed_up(pool)
    tokens = sign_in(pool)
    file, secret = tmp_path / "pool.age", passphrase_file(tmp_path)
    exported = typed(server.environ, "export", pool.id, "--to", str(file), "--passphrase-file", secret, folder=tmp_path)
    refused = typed(server.environ, "import", str(file), "--passphrase-file", secret, folder=tmp_path)
    server.signed.delete_user_pool(UserPoolId=pool.id)
    restored = typed(server.environ, "import", str(file), "--passphrase-file", secret, folder=tmp_path)

    assert (0, "") == (exported[0], exported[2])
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert (1, "", f"cenote: there is a user pool {pool.id} already; delete it first\n") == refused
    assert (0, "") == (restored[0], restored[2])
    assert sub == sub_of(pool, tokens["AccessToken"])
    assert sub == sub_of(pool, sign_in(pool)["AccessToken"])


@once
def test_the_passphrase_is_asked_for_twice_and_never_shown(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    signed_up(pool)
    file = str(tmp_path / "pool.age")
    code, seen = typed_at_terminal(
        server.environ, "export", pool.id, "--to", file, folder=tmp_path, answers=(PASSPHRASE, PASSPHRASE)
    )
    assert 0 == code, seen
    assert "Passphrase:" in seen
    assert "Exporting" in seen
    assert "100%" in seen
    assert "1 user." in seen
    server.signed.delete_user_pool(UserPoolId=pool.id)
    code, again = typed_at_terminal(server.environ, "import", file, folder=tmp_path, answers=(PASSPHRASE,))
    assert 0 == code, again
    assert "Checking" in again
    assert "Restoring" in again
    assert "records/s" in again
    assert PASSPHRASE not in seen + again + server.log_text()
    assert "ada" not in seen + again


@once
def test_without_a_terminal_nothing_is_asked(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    done = typed(server.environ, "export", pool.id, "--to", "pool.age", folder=tmp_path)
    assert (1, "", "cenote: there is no terminal to ask for the passphrase: use --passphrase-file\n") == done
    assert [] == list(tmp_path.iterdir())


@once
def test_a_plain_export_is_asked_for_and_may_be_piped(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    signed_up(pool)
    code, out, err = typed(server.environ, "export", pool.id, "--to", "-", "--plain", folder=tmp_path)
    names = [next(iter(json.loads(line))) for line in out.splitlines()]
    assert 0 == code
    assert ["cenote-pool", "pools", "end"] == [names[0], names[1], names[-1]]
    assert f"Exported {pool.id} to standard output: " in err
    assert "It is not encrypted: whoever reads it has the password records and the signing keys.\n" in err


@once
def test_a_file_for_a_key_is_opened_by_it(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    identity = new_identity()
    (tmp_path / "key").write_text(f"# made by nobody\n{identity.text}\n")
    file = str(tmp_path / "pool.age")
    exported = typed(
        server.environ, "export", pool.id, "--to", file, "--to-key", str(identity.recipient), folder=tmp_path
    )
    server.signed.delete_user_pool(UserPoolId=pool.id)
    asked = typed(server.environ, "import", file, folder=tmp_path)
    restored = typed(server.environ, "import", file, "--key-file", str(tmp_path / "key"), folder=tmp_path)
    assert 0 == exported[0], exported
    assert (1, "", "cenote: the file opens by a key: use --key-file\n") == asked
    assert (0, "") == (restored[0], restored[2])


@once
def test_what_cannot_be_is_said_in_one_line(server: Server, tmp_path: Path) -> None:
    pool = make_pool(server)
    short, secret = tmp_path / "short", passphrase_file(tmp_path)
    short.write_text("1234567\n")
    (tmp_path / "there").write_text("x")
    for arguments, line in (
        (("export", "us-east-1_None", "--to", "f", "--plain"), "User pool us-east-1_None does not exist."),
        (("export", pool.id, "--to", "there", "--plain"), "there is there already; --force replaces it"),
        (("export", pool.id, "--to", "no/where", "--plain"), "No such file or directory: no/where\n"),
        (("export", pool.id, "--to", "f", "--to-key", "age1x"), "--to-key: a key of this kind begins with age1"),
        (
            ("export", pool.id, "--to", "f", "--plain", "--passphrase-file", secret),
            "--plain, --to-key and --passphrase-file exclude one another",
        ),
        (
            ("export", pool.id, "--to", "f", "--passphrase-file", str(short)),
            "a passphrase has at least 8 characters",
        ),
        (("import", "nothing"), "nothing is no file; it is read twice, so a pipe will not do"),
        (("import", "there"), "the file is cut off"),
    ):
        code, out, err = typed(server.environ, *arguments, folder=tmp_path)
        assert (1, "") == (code, out), err
        assert err.startswith(f"cenote: {line}"), err
        assert 1 == err.count("\n")
    assert {"short", "there", "passphrase"} == {path.name for path in tmp_path.iterdir()}


@once
def test_a_deployment_that_is_not_there_exports_nothing_and_is_made_by_an_import(
    server: Server, tmp_path: Path
) -> None:
    pool = make_pool(server)
    file = str(tmp_path / "pool")
    assert 0 == typed(server.environ, "export", pool.id, "--to", file, "--plain", folder=tmp_path)[0]
    new = tmp_path / "new"
    environ = servers.environment(new)
    code, _, err = typed(environ, "export", pool.id, "--to", f"{file}2", "--plain", folder=tmp_path)
    assert (1, True) == (code, "is not there" in err)
    assert not new.exists()
    assert 0 == typed(environ, "import", file, folder=tmp_path)[0]
    assert 0 == typed(environ, "export", pool.id, "--to", f"{file}2", "--plain", folder=tmp_path)[0]
    before, after = Path(file).read_text().splitlines(), Path(f"{file}2").read_text().splitlines()
    assert before[1:-1] == after[1:-1]
