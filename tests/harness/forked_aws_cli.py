"""
The process that runs the AWS CLI for aws_cli.py: it imports the CLI once, and forks for each command.

    python tests/harness/forked_aws_cli.py SOCKET    ends when its standard input does

Nobody imports this: the CLI brings a botocore of its own, which would take the place of the tests'.
"""

import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import awscli
from awscli import clidriver

_STREAMS = 3
_LENGTH = struct.Struct(">I")


def _serve(address: str) -> None:
    main = _imported()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
            there, _ = listening.accept()
            with there:
                if os.fork() == 0:
                    listening.close()
                    _run(there, main)


def _imported() -> Callable[[], int]:
    """The CLI's `main`, after a command that reaches nobody: some of it is imported only then."""
    kept = dict(os.environ)
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_MAX_ATTEMPTS="1")
    words = ["sts", "get-caller-identity", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        clidriver.create_clidriver().main(words)
    os.environ.clear()
    os.environ.update(kept)
    main: Callable[[], int] = clidriver.main
    return main


def _run(there: socket.socket, main: Callable[[], int]) -> None:
    """The child: one command, from its arguments to its end."""
    head, streams, _, _ = socket.recv_fds(there, _LENGTH.size, _STREAMS)
    length = _LENGTH.unpack(head)[0]
    words, folder, environ = json.loads(there.makefile("rb").read(length))
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    # It puts the folder of its own data into the environment.
    importlib.reload(awscli)
    sys.argv = ["aws", *words]
    ended = 1
    try:
        ended = main()
    except SystemExit as end:
        ended = end.code if isinstance(end.code, int) else 1
    except BaseException:
        # The child never comes to where Python would print this.
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        there.sendall(_LENGTH.pack(ended or 0))
        os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
