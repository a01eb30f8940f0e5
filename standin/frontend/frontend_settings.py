"""What the frontend process is told by the launcher: one JSON document on its standard input."""

import json
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class FrontendSettings:
    """Ports of the neighbours, and where files go."""

    backend_port: int
    https_port: int
    ca_file: str
    tls_dir: str
    faults_file: str
    redis_url: str
    sentry_key: str
    version: str
    prometheus_url: str | None = None

    @property
    def api_base_url(self) -> str:
        """Where the page finds its backend."""
        return f"http://127.0.0.1:{self.backend_port}"


def take(source: TextIO) -> FrontendSettings:
    """Wait for the settings; everything is imported by then."""
    return FrontendSettings(**json.load(source))
