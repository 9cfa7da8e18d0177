"""`cenote …`: the commands, and what becomes of their failures."""

import sys

import typer

from cenote.cli import (
    alter,
    client_options,
    doctor,
    env,
    export_pool,
    functions,
    import_pool,
    import_users,
    keys,
    migrate,
    reset,
    root_key,
    search,
    serve,
    users,
    version,
)
from cenote.cli.demo.command import demo
from cenote.cli.failures import FAILURES, exit_code_of, line_of

application = typer.Typer(
    name="cenote",
    help="An Amazon Cognito that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    # Its pretty tracebacks show local variables, and with them secrets.
    pretty_exceptions_enable=False,
)
application.command("serve")(serve.serve)
application.command("env")(env.env)
application.command("demo")(demo)
application.command("migrate")(migrate.migrate)
application.command("doctor")(doctor.doctor)
application.command("reset")(reset.reset)
application.command("export")(export_pool.export_pool)
application.command("import")(import_pool.import_pool)
application.command("import-users")(import_users.import_users)
application.command("import-log")(import_users.import_log)
application.command("users")(users.users)
application.command("alter")(alter.alter)
application.command("version")(version.version)
application.add_typer(client_options.application, name="client")
application.add_typer(functions.application, name="functions")
application.add_typer(keys.application, name="keys")
application.add_typer(root_key.application, name="root-key")
application.add_typer(search.application, name="search")


def run() -> None:
    """The console script: run the command that was typed; a failure is one line on standard error."""
    try:
        application()
    except FAILURES as failure:
        print(f"cenote: {line_of(failure)}", file=sys.stderr)
        sys.exit(exit_code_of(failure))
