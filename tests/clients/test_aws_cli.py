"""The AWS CLI, pointed at a running server by what `cenote env` prints and by nothing else."""

from clients.shell import Cli
from harness.people import PASSWORD


def test_a_pool_a_client_and_users(cli: Cli) -> None:
    pool = cli.run("create-user-pool", "--pool-name", "shell", "--auto-verified-attributes", "email")["UserPool"]["Id"]
    flows = ["--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cli.run("create-user-pool-client", "--user-pool-id", pool, "--client-name", "shell", *flows)
    client = made["UserPoolClient"]["ClientId"]

    signing_up = ["sign-up", "--no-sign-request", "--client-id", client, "--password", PASSWORD]
    for name in ("ada", "bob", "cyd"):
        address = f"Name=email,Value={name}@example.com"
        answer = cli.run(*signing_up, "--username", name, "--user-attributes", address)
        assert answer["UserConfirmed"] is False
    refusal = cli.refusal(*signing_up, "--username", "ada")
    assert (
        "An error occurred (UsernameExistsException) when calling the SignUp operation: User already exists" in refusal
    )

    signing_in = ["initiate-auth", "--no-sign-request", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH"]
    right = ["--auth-parameters", f"USERNAME=ada,PASSWORD={PASSWORD}"]
    assert "(UserNotConfirmedException)" in cli.refusal(*signing_in, *right)
    cli.run("admin-confirm-sign-up", "--user-pool-id", pool, "--username", "ada")
    assert {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"} == cli.run(*signing_in, *right)[
        "AuthenticationResult"
    ].keys()

    listing = ["list-users", "--user-pool-id", pool]
    confirmed = cli.run(*listing, "--filter", 'cognito:user_status = "CONFIRMED"')["Users"]
    assert ["ada"] == [user["Username"] for user in confirmed]
    by_address = cli.run(*listing, "--filter", 'email ^= "b"', "--attributes-to-get", "email")["Users"]
    assert [("bob", [{"Name": "email", "Value": "bob@example.com"}])] == [
        (user["Username"], user["Attributes"]) for user in by_address
    ]
    first = cli.run(*listing, "--max-items", "2", "--page-size", "1")
    rest = cli.run(*listing, "--max-items", "2", "--starting-token", first["NextToken"])
    assert "NextToken" not in rest
    assert (2, 1) == (len(first["Users"]), len(rest["Users"]))
    assert {"ada", "bob", "cyd"} == {user["Username"] for user in first["Users"] + rest["Users"]}


def test_a_refusal_is_told_in_aws_words(cli: Cli) -> None:
    missing = "us-east-1_NoSuchPl"
    assert cli.refusal("describe-user-pool", "--user-pool-id", missing).endswith(
        "An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation:"
        f" User pool {missing} does not exist."
    )
