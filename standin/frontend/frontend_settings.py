"""The settings of the frontend process, which the launcher writes as JSON to its standard input."""

import json
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class FrontendSettings:
    """Ports of the other services, and paths of files."""

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
        """The URL of the backend for the page."""
        return f"http://127.0.0.1:{self.backend_port}"


def take(source: TextIO) -> FrontendSettings:
    """Wait for the settings; all imports are done before."""
    return FrontendSettings(**json.load(source))
