"""`cenote env`."""

import sys

from cenote.cli import dev_tls
from cenote.cli.effective import effective_settings
from cenote.cli.exports import export_lines, root_key_notice
from cenote.flows.deployment import prepare


def env() -> None:
    """Print the AWS_… variables that point AWS clients here: eval "$(cenote env)"."""
    settings = effective_settings()
    prepared = prepare(settings)
    print("\n".join(export_lines(prepared, dev_tls.prepare(settings))))
    notice = root_key_notice(prepared.root_key)
    if notice is not None:
        print(f"cenote: {notice}", file=sys.stderr)
