"""How commands reach a supervisor."""

import asyncio
from typing import Any

import pytest

from standin.control import ControlServer, ask
from standin.errors import USAGE, StandinError


async def handle(request: dict[str, Any]) -> dict[str, Any]:
    """A supervisor that knows one word."""
    if request == {"verb": "status"}:
        return {"alive": {}}
    raise StandinError("no such command", USAGE)


def exchange(request: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    """One request to a fresh server."""

    async def both() -> dict[str, Any]:
        server = ControlServer(handle)
        await server.open()
        address = {**server.address, **({"token": token} if token else {})}
        try:
            return await asyncio.to_thread(ask, address, request, 5)
        finally:
            server.close()

    return asyncio.run(both())


def test_a_command_is_answered() -> None:
    """
    One line there, one back.
    """
    assert exchange({"verb": "status"}) == {"alive": {}}


def test_a_wrong_token_is_refused() -> None:
    """
    Loopback is shared with everybody on the machine.
    """
    with pytest.raises(StandinError, match="wrong token"):
        exchange({"verb": "status"}, token="guessed")


def test_a_complaint_comes_back_with_its_exit_code() -> None:
    """
    What the supervisor refuses, the command line reports as its own.
    """
    with pytest.raises(StandinError, match="no such command") as caught:
        exchange({"verb": "dance"})
    assert caught.value.code == USAGE


def test_a_supervisor_that_is_gone_is_said_to_be() -> None:
    """
    Nobody listens on port 1.
    """
    with pytest.raises(StandinError, match="the supervisor does not answer"):
        ask({"port": 1, "token": "any"}, {"verb": "status"}, within=1)
