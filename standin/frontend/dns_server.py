"""A name server for one public name, so that DNS checks and DNS faults do not need the machine's own resolver."""

import asyncio
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from standin import faults

NAME = "xcodereviewer.test"
RIGHT, WRONG = "127.0.0.1", "192.0.2.1"  # the second is reserved for documentation and reaches no host
TTL_S = 5


def answer(query: bytes) -> bytes | None:
    """The reply to one datagram; None if it is no query."""
    try:
        asked = dns.message.from_wire(query)
        reply = dns.message.make_response(asked, recursion_available=True)
    except dns.exception.DNSException:
        return None
    question = asked.question[0] if asked.question else None
    if question is None or question.name.to_text(omit_final_dot=True).lower() != NAME:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif question.rdtype == dns.rdatatype.A:
        address = RIGHT if faults.active("dns-wrong") is None else WRONG
        reply.answer.append(dns.rrset.from_text(question.name, TTL_S, "IN", "A", address))
    return reply.to_wire()


class NameServer(asyncio.DatagramProtocol):
    """Answers over UDP."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for answers."""
        self.transport = cast(asyncio.DatagramTransport, transport)  # uvloop's transport does not inherit from it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a query."""
        reply = answer(data)
        if reply is not None:
            self.transport.sendto(reply, addr)
