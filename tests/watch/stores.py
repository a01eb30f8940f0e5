"""A real Redis-compatible server on this machine for some tests, and an address without a listener."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from rollout.target.wait import eventually
from standin.binaries import valkey_server
from standin.ports import free_port

ATTEMPTS = 5  # another process can take a free port first


@contextmanager
def valkey(folder: Path) -> Iterator[redis.Redis]:
    """A server with 64 MiB, without a password, nothing on disk."""
    for _ in range(ATTEMPTS):
        port = free_port()
        command = [str(valkey_server()), "--bind", "127.0.0.1", "--port", str(port), "--maxmemory", "64mb"]
        with subprocess.Popen([*command, "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL) as process:
            client = redis.Redis(port=port)
            try:
                if answers(client, process):
                    yield client
                    return
            finally:
                client.close()
                process.terminate()
    raise AssertionError(f"no free port in {ATTEMPTS} attempts")


def answers(client: redis.Redis, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the server has started; False if it ended at once, as with a taken port."""

    def up_or_gone() -> bool:
        if process.poll() is not None:
            return False
        socket.create_connection(("127.0.0.1", port_of(client))).close()
        return int(client.info("server")["process_id"]) == process.pid

    return eventually(up_or_gone, within=10)


def address(client: redis.Redis, database: int = 0) -> str:
    """The URL of a database of the server."""
    return f"redis://127.0.0.1:{port_of(client)}/{database}"


def port_of(client: redis.Redis) -> int:
    """The port that the server listens on."""
    return int(client.connection_pool.connection_kwargs["port"])


def nobody() -> str:
    """A Redis URL without a listener."""
    return f"redis://127.0.0.1:{free_port()}/0"
