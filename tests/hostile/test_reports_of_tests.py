"""What a target says reaches no terminal raw and no report with a secret: pytest, JUnit, Allure and the journal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.moods import always
from tests.hostile.server import hostile_server

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Zq7-not-to-be-seen"
IN_BASE64 = "WnE3LW5vdC10by1iZS1zZWVu"
RAW = ("\x1b", "\x9b", "\u202e", "\x07")
SAID = f'{{"detail": "{SECRET} \x1b]0;owned\x07 \x1b[2J \u202e reversed", "code": "{IN_BASE64}"}}'
SUITE = """
import allure
import pytest
from rollout.target.answer import expect
from rollout.target.http import Client


@pytest.mark.criterion("services-healthy")
def test_alive(target, record_property):
    with Client(target.url()) as client:
        answer = client.get("/health")
    record_property("said", answer.text)
    allure.attach(answer.text, "answer", allure.attachment_type.TEXT)
    allure.attach(answer.content, "bytes", allure.attachment_type.TEXT)
    print(answer.text)
    found = answer.json()["detail"]
    assert found == "healthy"


@pytest.mark.criterion("services-healthy")
def test_expected(target):
    with Client(target.url()) as client:
        expect(client.get("/health"))


@pytest.mark.criterion("services-healthy")
def test_skipped(target):
    with Client(target.url()) as client:
        pytest.skip(client.get("/health").text)
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with workers"])
def test_no_report_shows_a_secret_or_a_control_character(workers: tuple[str, ...], tmp_path: Path) -> None:
    """
    The terminal, JUnit XML, Allure's results and the journal: an echoed password is hidden, an escape sequence is gone.
    """
    with hostile_server(always("500 Internal Server Error", SAID.encode())) as server:
        shown = {"terminal": run(tmp_path, server.address, *workers)}
    shown |= {str(file): file.read_text("utf-8") for file in tmp_path.rglob("*") if is_report(file)}
    kinds = {Path(name).suffix for name in shown}
    assert kinds >= {"", ".xml", ".json", ".txt", ".jsonl"}, shown
    for name, text in shown.items():
        assert SECRET not in text, name
        assert IN_BASE64 not in text, name
        assert [letter for letter in RAW if letter in text] == [], name
    assert "reversed" in shown["terminal"]


def is_report(file: Path) -> bool:
    """Whether a file is what the run left."""
    return file.is_file() and file.suffix in (".xml", ".json", ".txt", ".jsonl", ".log")


def run(folder: Path, address: str, *arguments: str) -> str:
    """What pytest says about the small suite, on a target whose password the server knows."""
    suite = folder / "smoke" / "test_suite.py"
    suite.parent.mkdir()
    suite.write_text(SUITE, encoding="utf-8")
    (folder / "docs").mkdir()
    for name in ("plan.toml", "docs/rollout-plan.md"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "targets").mkdir()
    (folder / "targets" / "t.toml").write_text(f'environment = "staging"\nbase_url = "{address}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "pytest", str(suite), "--rootdir", str(folder), "-c", os.devnull, "-vv"]
    plugins = [
        "-p",
        "allure_pytest",
        "-p",
        "rollout.pytest_plugin",
        "-p",
        "no:schemathesis",
        "-p",
        "no:hypothesispytest",
    ]
    where = ["--target", "t", "--journals", str(folder / "j"), "--parent", "p", "--alluredir", str(folder / "allure")]
    command += [*plugins, *where, f"--junitxml={folder / 'junit.xml'}", "-m", "phase1", "-rA", *arguments]
    known = {"XCR_USER_PASSWORD": SECRET, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env={**os.environ, **known}, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
