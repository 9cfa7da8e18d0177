"""`cenote env`."""

from cenote.cli import dev_tls
from cenote.cli.effective import effective_settings
from cenote.cli.exports import export_lines
from cenote.flows.deployment import prepare


def env() -> None:
    """Print the AWS_… variables that point AWS clients here: eval "$(cenote env)"."""
    settings = effective_settings()
    print("\n".join(export_lines(prepare(settings), dev_tls.prepare(settings))))
