"""`cenote migrate`."""

from cenote.cli.effective import effective_settings
from cenote.flows import deployment


def migrate() -> None:
    """Bring the database's schema up to this version of Cenote."""
    before, after = deployment.migrate(effective_settings())
    if before == after:
        print(f"The database is up to date ({after}).")
    else:
        print(f"The database went from {before or 'empty'} to {after}.")
