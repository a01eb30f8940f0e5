"""Ports that the launcher picks."""

import pytest

from standin import ports


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
