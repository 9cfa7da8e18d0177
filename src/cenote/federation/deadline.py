"""Connections of a fetch that end with its deadline."""

from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from cenote.base.deadline import Deadline


class Connection(HTTPConnection):
    """A plain connection with a *deadline*."""

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:  # noqa: ANN401 - as urllib3 gives them
        super().__init__(*args, **kwargs)
        self._deadline = deadline

    def connect(self) -> None:
        """Connect, and be watched from then on."""
        super().connect()
        if self.sock is not None:
            self._deadline.watch(self.sock)


class TlsConnection(Connection, HTTPSConnection):
    """A TLS connection with a *deadline*."""


class ConnectionPool(urllib3.HTTPConnectionPool):
    """Plain connections, each made with `deadline=`."""

    ConnectionCls = Connection


class TlsConnectionPool(urllib3.HTTPSConnectionPool):
    """TLS connections, each made with `deadline=`."""

    ConnectionCls = TlsConnection
