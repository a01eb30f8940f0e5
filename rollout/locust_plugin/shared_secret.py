"""
Access to the master's port: processes of this machine only, or processes that have the shared secret.

Locust's port accepts messages from any peer. Here it listens on loopback only, unless master and workers have a secret.
The secret is then the key of an encrypted connection (CURVE of ZeroMQ), and a peer without it gets no answer.
"""

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import zmq
from locust.rpc import zmqrpc
from zmq.utils import z85

from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.target.own_link import is_loopback

LEAST_CHARACTERS = 16  # a recorded connection can be attacked offline
SALT = b"rollout load"
WAY_OUT = "give master and workers the same LOCUST_SECRET, or keep to this machine"
Init = Callable[..., None]
_told: list[
    str
] = []  # the value of --secret or LOCUST_SECRET; a module's list since locust makes its sockets before the plugin runs


def shared_secret(text: str) -> str:
    """The value of `--secret`; an empty one, as from an unset variable, means no secret. Exits 64 if it is short."""
    if text and len(text) < LEAST_CHARACTERS:
        print(f"load: LOCUST_SECRET is too short: want {LEAST_CHARACTERS} characters at least", file=sys.stderr)
        raise SystemExit(EXIT_CONFIGURATION)
    _told[:] = [text] if text else []
    return text


def secure() -> None:
    """Restrict locust's sockets to loopback or to peers with the secret; once per process, before locust makes any socket."""
    rpc: Any = zmqrpc  # untyped, since attributes are replaced
    if not getattr(rpc, "keeps_to_itself", False):
        rpc.keeps_to_itself = True
        rpc.BaseSocket.__init__ = encrypted(rpc.BaseSocket.__init__)
        rpc.Server.__init__ = refusing("master listens on", rpc.Server.__init__)
        rpc.Client.__init__ = refusing("worker has its master at", rpc.Client.__init__)


def encrypted(init: Init) -> Init:
    """Wrap the constructor of a socket: if there is a secret, only peers with it can connect."""

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
    """Wrap the constructor of a master or worker: exit 64 for an address outside loopback without a secret."""

    def make(self: Any, host: str, *arguments: Any) -> None:
        if not _told and not is_loopback(host):
            print(f"load: the {whose} {host!r}, where anybody may send counts; {WAY_OUT}", file=sys.stderr)
            raise SystemExit(EXIT_CONFIGURATION)
        init(self, host, *arguments)

    return make


@cache
def server_keys(secret: str) -> tuple[bytes, bytes]:
    """The master's public and secret key, derived from the shared *secret* by scrypt, which makes guessing slow."""
    raw = hashlib.scrypt(secret.encode(), salt=SALT, n=2**14, r=8, p=1, dklen=32)
    return zmq.curve_public(z85.encode(raw)), z85.encode(raw)
