"""Ports that the launcher picks."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from standin import ports, processes, prometheus
from standin.errors import StartError
from standin.processes import ProcessTable, end, on_free_port
from standin.valkey import Valkey


def test_a_picked_port_lies_below_the_ephemeral_range() -> None:
    """
    Ports above collide with those the kernel gives to outgoing connections.
    """
    with ports.listen_anywhere() as sock:
        assert ports.LOWEST <= ports.port_of(sock) <= ports.HIGHEST < 32_768


def test_a_port_in_use_is_not_taken_again() -> None:
    """
    Two stand-ins never listen on one port.
    """
    with ports.listen_anywhere() as sock, pytest.raises(OSError, match="in use"):
        ports.listen(ports.port_of(sock))


@pytest.mark.stack
@pytest.mark.parametrize("name", ["valkey", "prometheus"])
def test_a_server_whose_port_is_taken_meanwhile_starts_on_another(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Another stand-in may listen by the time the server does.
    """
    if name == "prometheus" and not prometheus.installed():
        pytest.skip("prometheus is not installed")
    table = ProcessTable()
    with ports.listen_anywhere() as other:
        offered = iter((ports.port_of(other), ports.free_port()))
        monkeypatch.setattr(processes, "free_port", partial(next, offered))
        prometheus.write(tmp_path, 1, 1)
        log = tmp_path / "log"
        valkey = Valkey(tmp_path, log, table)._started
        start = valkey if name == "valkey" else partial(prometheus.start, tmp_path, tmp_path, table, log)

        async def started() -> int:
            port, child = await on_free_port(0, start)
            await end([child], grace=5)
            return port

        assert asyncio.run(started()) != ports.port_of(other)
        assert not list(offered)
    table.close()


@pytest.mark.parametrize(("port", "words"), [(20_001, "Address already in use"), (0, "no room")])
def test_a_port_that_was_named_and_another_error_are_final(port: int, words: str) -> None:
    """
    A restart keeps its port, and a server that cannot start at all is started once.
    """
    tried: list[int] = []

    async def start(port: int) -> processes.Child:
        tried.append(port)
        raise StartError(words)

    with pytest.raises(StartError, match=words):
        asyncio.run(on_free_port(port, start))
    assert len(tried) == 1
