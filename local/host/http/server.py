"""The HTTP server: uvicorn on a socket of ours, started and stopped by the host."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from local.host.errors import HostError
from local.host.http.application import Application

LOOPBACK = "127.0.0.1"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The host handles signals itself: triggers stop first, then HTTP.
        yield


def bind(port: int) -> socket.socket:
    """Take a port on the loopback interface; 0 takes any free one. Raises HostError where it is taken.

    Nobody is answered before ``serving``.
    """
    # With the protocol named, asyncio sends small packets at once (TCP_NODELAY); else an answer takes 40 ms.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    # A host started anew may use the port at once, while connections of the last one still expire.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        # Two sockets may be bound to a port as long as neither listens, so that a taken port shows here.
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise HostError(f"Port {port} on {LOOPBACK} is taken. Choose another with --port.") from error
        raise HostError(f"Port {port} on {LOOPBACK} cannot be used: {error.strerror}.") from error
    except OverflowError as error:
        listening.close()
        raise HostError(f"There is no port {port}: name one from 0 to 65535 with --port.") from error
    return listening


@asynccontextmanager
async def serving(application: Application, listening: socket.socket) -> AsyncIterator[None]:
    """Serve while the block runs; at its end take no more requests and wait for those under way."""
    config = uvicorn.Config(
        application,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Longer than clients keep idle connections, so none sends on one that is just being closed.
        timeout_keep_alive=120,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await server.answers.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task
