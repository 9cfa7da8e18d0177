"""
The console script's entry.

What the commands import takes a second, in which Ctrl-C is as quiet as in any command.
"""

import sys

try:
    from cenote.cli.commands import application, run
except KeyboardInterrupt:
    # 128 and the signal's number, as shells have it.
    sys.exit(130)

__all__ = ["application", "run"]
