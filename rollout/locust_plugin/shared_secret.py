"""
Who may send counts to the master: processes of this machine, or those who know the shared secret.

Locust's port takes messages from anybody. Here it listens on loopback alone, unless master and workers have a secret:
then it is the key of an encrypted connection (CURVE of ZeroMQ), and who lacks it gets no answer at all.
"""

import hashlib
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from functools import cache
from typing import Any

import zmq
from locust.rpc import zmqrpc
from zmq.utils import z85

from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.target.own_link import is_loopback

LEAST_CHARACTERS = 16  # whoever records a connection may try words in peace
SALT = b"rollout load"
WAY_OUT = "give master and workers the same LOCUST_SECRET, or keep to this machine"
Init = Callable[..., None]
_told: list[str] = []  # what the command line or LOCUST_SECRET says; locust makes its sockets before anybody is asked


def shared_secret(text: str) -> str:
    """The value of `--secret`; an empty one is none, such as that of an unset variable."""
    if text and len(text) < LEAST_CHARACTERS:
        raise ArgumentTypeError(f"is too short: want {LEAST_CHARACTERS} characters at least")
    _told[:] = [text] if text else []
    return text


def secure() -> None:
    """Let locust's sockets keep to loopback or to those who know the secret; once in a process, before it makes any."""
    rpc: Any = zmqrpc  # it ships no types for what is changed here
    if not getattr(rpc, "keeps_to_itself", False):
        rpc.keeps_to_itself = True
        rpc.BaseSocket.__init__ = encrypted(rpc.BaseSocket.__init__)
        rpc.Server.__init__ = refusing("master listens on", rpc.Server.__init__)
        rpc.Client.__init__ = refusing("worker has its master at", rpc.Client.__init__)


def encrypted(init: Init) -> Init:
    """The making of a socket that speaks to those with the secret alone, where there is one."""

    def make(self: Any, sock_type: int, *arguments: Any) -> None:
        init(self, sock_type, *arguments)
        if _told:
            public, secret = server_keys(_told[0])
            if sock_type == zmq.ROUTER:
                self.socket.curve_server = True
                self.socket.curve_publickey, self.socket.curve_secretkey = public, secret
            else:
                self.socket.curve_serverkey = public
                self.socket.curve_publickey, self.socket.curve_secretkey = zmq.curve_keypair()

    return make


def refusing(whose: str, init: Init) -> Init:
    """The making of a master or worker that leaves this machine with a secret only."""

    def make(self: Any, host: str, *arguments: Any) -> None:
        if not _told and not is_loopback(host):
            print(f"load: the {whose} {host!r}, where anybody may send counts; {WAY_OUT}", file=sys.stderr)
            raise SystemExit(EXIT_CONFIGURATION)
        init(self, host, *arguments)

    return make


@cache
def server_keys(secret: str) -> tuple[bytes, bytes]:
    """The master's public and secret key, which follow from the shared *secret*, slowly so that nobody guesses many."""
    raw = hashlib.scrypt(secret.encode(), salt=SALT, n=2**14, r=8, p=1, dklen=32)
    return zmq.curve_public(z85.encode(raw)), z85.encode(raw)
