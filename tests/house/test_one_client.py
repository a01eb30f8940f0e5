"""Requests to a target have one way out: the client that asks for permission."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "rollout" / "target" / "http.py"
OTHERS = re.compile(
    r"httpx\.(Async)?Client|httpx\.(get|head|options|post|put|patch|delete|request|stream)\("
    r"|requests\.(get|head|options|post|put|patch|delete|request|Session)\b|urlopen|http\.client|aiohttp"
)


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
