"""Connect workers to a master with a secret: python -m tests.load.talking prints the kinds of accepted workers as JSON."""

import json
from contextlib import suppress
from typing import Any

import zmq.green as zmq
from locust.exception import RPCSendError
from locust.rpc import Message, zmqrpc

from rollout.locust_plugin.shared_secret import secure, shared_secret

SECRET = "known to master and workers"
WORKERS = {"knows the secret": SECRET, "knows another": "known to a stranger alone", "knows none": ""}
TIMEOUT_MS = 1000


def main() -> None:
    """Send a message to a master by one worker of each kind."""
    secure()
    message: Any = Message
    rpc: Any = zmqrpc  # untyped
    shared_secret(SECRET)
    master = rpc.Server("127.0.0.1", 0)
    heard = []
    for kind, secret in WORKERS.items():
        shared_secret(secret)
        worker = rpc.Client("127.0.0.1", master.port, kind)
        with suppress(RPCSendError):  # a worker refused at the handshake cannot send
            worker.send(message("client_ready", None, kind))
        while master.socket.poll(TIMEOUT_MS, zmq.POLLIN):
            heard.append(master.recv_from_client()[1].node_id)
        worker.close(linger=0)
    print(json.dumps(heard))


if __name__ == "__main__":
    main()
