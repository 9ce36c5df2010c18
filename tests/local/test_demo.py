"""What the demonstration says before it starts anything."""

import socket

import pytest

from local.demo.command import refuse_taken_port
from local.demo.errors import DemoError


def test_a_taken_port_is_told_with_the_way_to_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} on 127.0.0.1 is taken.*make demo PORT="):
            refuse_taken_port(port)
    refuse_taken_port(port)
