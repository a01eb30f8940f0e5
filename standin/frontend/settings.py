"""What the frontend process is told: one private JSON file, written by the launcher."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from standin.places import write_private


@dataclass(frozen=True)
class FrontendSettings:
    """Ports of the neighbours, and where files go."""

    backend_port: int
    https_port: int
    ca_file: str
    tls_dir: str
    faults_file: str
    sentry_key: str
    version: str
    prometheus_url: str | None = None

    @property
    def api_base_url(self) -> str:
        """Where the page finds its backend."""
        return f"http://127.0.0.1:{self.backend_port}"

    def save(self, path: Path) -> None:
        """Write them for the process to read."""
        write_private(path, json.dumps(asdict(self)))


def load(path: Path) -> FrontendSettings:
    """Read what the launcher wrote."""
    return FrontendSettings(**json.loads(path.read_text(encoding="utf-8")))
