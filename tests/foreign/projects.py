"""A project of another service in a folder of its own, and the service itself."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from rollout.target.wait import eventually

GREETER = Path(__file__).parent / "greeter"
END_S = 20


@dataclass(frozen=True)
class Greeter:
    """A copy of the project in *root*, whose service answers at *url*."""

    root: Path
    url: str

    def run(self, python: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the engine, from outside of the project."""
        surroundings = {**os.environ, "COLUMNS": "160"}
        surroundings.pop("PYTHONPATH", None)
        command = [str(python), "-m", "rollout", "--project", str(self.root), *words]
        return subprocess.run(
            command, cwd=self.root.parent, env=surroundings, capture_output=True, text=True, check=False
        )


@contextmanager
def greeter(folder: Path, **variables: str) -> Iterator[Greeter]:
    """The project in *folder*, with its service running."""
    root = folder / "greeter"
    shutil.copytree(GREETER, root, ignore=shutil.ignore_patterns("__pycache__"))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        live = root / "targets" / "live.toml"
        live.write_text(live.read_text(encoding="utf-8").replace("http://127.0.0.1:9", url), encoding="utf-8")
        command = [sys.executable, "-m", "uvicorn", "service:app", "--fd", str(door.fileno()), "--log-level", "warning"]
        with subprocess.Popen(command, cwd=root, env={**os.environ, **variables}, pass_fds=[door.fileno()]) as process:

            def it_answers() -> None:
                assert httpx.get(f"{url}/status", timeout=END_S).status_code == 200

            try:
                eventually(it_answers, within=END_S)
                yield Greeter(root, url)
            finally:
                process.terminate()
                process.wait(timeout=END_S)
