"""
The console script's entry.

What the commands import takes a second, in which Ctrl-C is as quiet as in any command. Nothing that is imported goes away again: looking
for garbage meanwhile would take a fifth of that second, and later over and over.
"""

import gc
import sys

try:
    gc.disable()
    from cenote.cli.commands import application, run
except KeyboardInterrupt:
    # 128 and the signal's number, as shells have it.
    sys.exit(130)
finally:
    gc.freeze()
    gc.enable()

__all__ = ["application", "run"]
