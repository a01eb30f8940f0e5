"""A port that can be reached from outside for as long as a fault says so."""

import asyncio
import sys

import pytest

from standin.port_exposure import OUTSIDE, PortExposure
from standin.ports import listen_anywhere, port_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason=f"only Linux gives every machine {OUTSIDE} unasked")


async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A service that answers a line in capitals."""
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def said_from_outside(port: int) -> bytes:
    """What the service answers to somebody outside."""
    reader, writer = await asyncio.open_connection(OUTSIDE, port)
    writer.write(b"hello\n")
    line = await reader.readline()
    writer.close()
    return line


def test_an_exposed_port_answers_outside_until_it_is_closed() -> None:
    """
    Opened twice and closed twice, as faults may be.
    """

    async def scenario() -> None:
        sock = listen_anywhere()
        port = port_of(sock)
        exposure = PortExposure()
        async with await asyncio.start_server(shout, sock=sock):
            await exposure.open(port)
            await exposure.open(port)
            assert await said_from_outside(port) == b"HELLO\n"
            exposure.close(port)
            exposure.close(port)
            with pytest.raises(ConnectionRefusedError):
                await said_from_outside(port)

    asyncio.run(scenario())
