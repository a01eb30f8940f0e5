"""Requests to a target have one way out: the client that asks for permission."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "rollout" / "target" / "http.py"
OTHERS = re.compile(
    r"httpx\.(Async)?Client|httpx\.(get|head|options|post|put|patch|delete|request|stream)\("
    r"|requests\.(get|head|options|post|put|patch|delete|request|Session)\b|urlopen|http\.client|aiohttp"
)

FOREIGN = {
    "rollout/target/http.py": "gives the clients of a target",
    "rollout/target/sentry.py": "asks Sentry",
    "rollout/sources/prometheus_queries.py": "asks Prometheus",
    "rollout/sources/users_traffic.py": "reads /metrics at each interval of the watch",
    "xcodereviewer/probes.py": "asks the host of the repository that reviews read",
}


def test_nothing_but_the_client_of_the_target_sends_http() -> None:
    """
    Whoever imports another one goes past permissions, origin and rate; load users ask when their run begins.
    """
    files = [
        file for name in ("rollout", "xcodereviewer", "smoke", "integration") for file in (ROOT / name).rglob("*.py")
    ]
    found = {
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in files
        if file != CLIENT
        for match in OTHERS.finditer(file.read_text(encoding="utf-8"))
    }
    assert len(files) > 200
    assert found == set()


def test_the_pattern_finds_one() -> None:
    """
    Else it would show nothing.
    """
    assert OTHERS.search(CLIENT.read_text(encoding="utf-8"))


def test_addresses_of_a_target_are_asked_at_its_rate() -> None:
    """
    A client without the guard of the target has neither its permissions nor its request rate.
    """
    files = [
        file for name in ("rollout", "xcodereviewer", "smoke", "integration") for file in (ROOT / name).rglob("*.py")
    ]
    bare = {str(file.relative_to(ROOT)) for file in files if calls_of(file)}
    assert bare == set(FOREIGN)
    assert calls_of(ROOT / "xcodereviewer/probes.py") == ["Client(url"]


def calls_of(file: Path) -> list[str]:
    """Where *file* makes a client without the guard of a target, with the name of the address."""
    return re.findall(r"(?<![\w.])Client\([^),]*", re.sub(r"class \w+\([^)]*\)", "", file.read_text(encoding="utf-8")))
