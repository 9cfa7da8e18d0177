"""
The AWS CLI, as it is installed, without waiting for Python to import it anew for every command.

A process imports the CLI once and forks for each command (forked_aws_cli.py): the child has the command's arguments, folder, environment
and standard streams, and runs the CLI's own `main`. The `aws` that is put on the PATH hands these over and ends as the CLI ends.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROCESS = Path(__file__).with_name("forked_aws_cli.py")
_COMMAND = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as there:
    there.connect({address!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(there, [len(said).to_bytes(4)], [0, 1, 2])
    there.sendall(said)
    ended = there.recv(4)
sys.exit(int.from_bytes(ended) if ended else "the AWS CLI has died")
"""


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """A folder with `aws` in it, good for as long as this lasts."""
    address = folder / "cli"
    command = folder / "aws"
    command.write_text(_COMMAND.format(python=sys.executable, address=str(address)))
    command.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-X", "utf8", str(_PROCESS), str(address)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert b"ready\n" == process.stdout.readline()
        try:
            yield folder
        finally:
            process.stdin.close()
