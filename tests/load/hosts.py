"""Separate hosts in network namespaces, each with a link to this one that can be cut."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load.runs import ROOT, environment

PORT = 18_917  # the same on the loopback of every host, so that one URL means "here" everywhere
SECRET = "known to the hosts of this test"
URL = f"http://127.0.0.1:{PORT}"


def missing() -> str:
    """The missing requirement for hosts on this machine; empty if there is none."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "network namespaces need root"
    return "" if shutil.which("ip") else "network namespaces need iproute2"


@dataclass(frozen=True)
class Host:
    """The namespace *name*, in which *master* is the address of this machine."""

    name: str
    link: str
    master: str

    def start(self, *command: str, folder: Path = ROOT) -> subprocess.Popen[str]:
        """A process on this host, in *folder*."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name, *command],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def cut_off(self) -> None:
        """Take the link down without a notice to the processes, as a broken cable does."""
        ip("link", "set", self.link, "down")


@contextmanager
def host(number: int) -> Iterator[Host]:
    """A host with a server of known behaviour on its loopback; both are removed after the block."""
    name, link = f"rollout{os.getpid() % 10_000}n{number}", f"rl{os.getpid() % 10_000}n{number}"
    address = f"10.231.{number}"
    ip("netns", "add", name)
    try:
        ip("link", "add", link, "type", "veth", "peer", "name", f"{link}p")
        ip("link", "set", f"{link}p", "netns", name)
        ip("addr", "add", f"{address}.1/30", "dev", link)
        ip("link", "set", link, "up")
        for command in (f"addr add {address}.2/30 dev {link}p", f"link set {link}p up", "link set lo up"):
            ip("-n", name, *command.split())
        found = Host(name, link, f"{address}.1")
        with found.start(sys.executable, "-m", "benchmarks.server", "--port", str(PORT), "--latency-ms", "5") as server:
            assert server.stdout is not None
            assert json.loads(server.stdout.readline())["url"] == URL
            try:
                yield found
            finally:
                server.kill()
    finally:
        ip("link", "del", link)
        ip("netns", "del", name)


def worker(where: Host, locustfile: Path, port: int, folder: Path) -> subprocess.Popen[str]:
    """A worker on a host, with the targets in *folder*."""
    command = [
        "-m",
        "locust",
        "-f",
        str(locustfile),
        "--worker",
        "--master-host",
        where.master,
        "--master-port",
        str(port),
        "--secret",
        SECRET,
    ]
    return where.start(sys.executable, *command, folder=folder)


def ip(*arguments: str) -> None:
    """Run one command of iproute2."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
