"""The stand-in's name server."""

from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from standin import faults
from standin.fault_file import set_on
from standin.frontend import dns_server


@pytest.fixture
def faults_file(tmp_path: Path) -> Iterator[Path]:
    """A faults file of this test alone."""
    faults.configure(tmp_path / "faults.json")
    yield tmp_path / "faults.json"
    faults.configure(None)


def ask(name: str, kind: str = "A") -> dns.message.Message:
    """One question and its answer."""
    query = dns.message.make_query(name, kind)
    reply = dns_server.answer(query.to_wire())
    assert reply is not None
    answered = dns.message.from_wire(reply)
    assert query.is_response(answered)
    return answered


def test_the_public_name_leads_to_this_machine() -> None:
    """
    As long as no fault says otherwise.
    """
    assert ask(dns_server.NAME).answer[0][0].to_text() == dns_server.RIGHT


def test_a_fault_leads_the_name_elsewhere(faults_file: Path) -> None:
    """
    What a check of DNS has to notice.
    """
    set_on(faults_file, "dns-wrong", {})
    assert ask(dns_server.NAME).answer[0][0].to_text() == dns_server.WRONG


def test_the_public_name_has_no_other_kind_of_address() -> None:
    """
    The name exists, so the answer is empty and not "no such name".
    """
    reply = ask(dns_server.NAME, "AAAA")
    assert (reply.rcode(), reply.answer) == (dns.rcode.NOERROR, [])


def test_other_names_do_not_exist() -> None:
    """
    It answers for one name only.
    """
    assert ask("elsewhere.test").rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize("rubbish", [b"", b"x", b"\0" * 11, b"\xff" * 40])
def test_rubbish_is_not_answered(rubbish: bytes) -> None:
    """
    A stray datagram does no harm.
    """
    assert dns_server.answer(rubbish) is None
