"""Allure's results: phase, criterion and sentence of the plan, what no test showed, pictures, and one report of one run."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reports.allure import render
from reports.allure.results import alone
from rollout.evidence import Ledger
from rollout.evidence.records import Attestation
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from tests.dated import DatedJournal
from tests.hostile.moods import always
from tests.hostile.server import hostile_server
from tests.reports.drilled import decided, drilled
from tests.reports.evidence import NOW, origin
from tests.reports.outcomes import made
from tests.reports.samples import decision, finding

ROOT = Path(__file__).parents[2]
ALLURE = shutil.which("allure")
SUITE = '''
import pytest
from rollout.target.http import Client

@pytest.mark.criterion("services-healthy")
@pytest.mark.parametrize("number", [1, 2])
def test_alive(target, number):
    """
    The backend says that it is alive.
    """
    with Client(target.url()) as client:
        client.get("/health", headers={"Authorization": "Bearer abc.def.ghi"})
'''


def results(folder: Path) -> dict[str, Any]:
    """Each result by its full name."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "allure").glob("*-result.json")]
    return {each["fullName"]: each for each in found}


def labels(result: dict[str, Any]) -> set[tuple[str, str]]:
    """The labels of a result."""
    return {(each["name"], each["value"]) for each in result["labels"]}


def test_what_no_test_shows_is_a_result_of_its_own(tmp_path: Path) -> None:
    """
    A word of a person or a budget is one; what tests show is written by the tests.
    """
    made_up = decision(
        finding("services-healthy"),
        finding("uat-signed", source="attestation", sentence="UAT sign-off **obtained**"),
        finding("error-rate", Verdict.TRIGGERED, source="load", trigger="> 5 %", limit="< 1 %"),
        finding("monitored", Verdict.UNPROVEN, source="metric"),
    )
    render(made_up, Ledger(), tmp_path)
    found = results(tmp_path)
    assert {name: each["status"] for name, each in found.items()} == {
        "phase1.uat-signed": "passed",
        "phase1.error-rate": "failed",
        "phase1.monitored": "unknown",
    }
    signed = labels(found["phase1.uat-signed"])
    assert ("epic", "Phase 1: Staging Deployment") in signed
    assert ("story", "UAT sign-off obtained") in signed
    assert ("severity", "blocker") in signed


def test_a_drill_is_told_step_by_step(tmp_path: Path) -> None:
    """
    What it did, in its own time, and which step took too long; what stands beside it in the plan's document has no marks.
    """
    (tmp_path / "journals").mkdir()
    render(*drilled(tmp_path / "journals"), tmp_path)
    found = results(tmp_path)["predeploy.rollback-drilled"]
    steps = {each["name"]: each["status"] for each in found["steps"]}
    assert steps["disable the flag: 10.1 s, 10 s at most"] == "failed"
    assert list(steps.values()).count("passed") == len(steps) - 1 == 6
    assert found["stop"] - found["start"] == 19_600
    assert (found["steps"][0]["start"], found["steps"][-1]["stop"]) == (found["start"], found["stop"])
    assert ("story", "1. Disable feature flag") in labels(found)


def test_who_signed_stands_in_the_result(tmp_path: Path) -> None:
    """
    Each signature is a step, a refusal a failed one.
    """
    (tmp_path / "journals").mkdir()
    asked = "predeploy.uat-signed"
    with DatedJournal(tmp_path / "journals", origin(load_plan(), "attest", phase="predeploy"), t=NOW - 60) as journal:
        for by, role, well in (("Kim", "QA lead", True), ("Lee", "product owner", False)):
            journal.append(Attestation(criterion=asked, by=by, role=role, statement="looked at it", accepted=well))
    render(*decided(tmp_path / "journals"), tmp_path)
    found = results(tmp_path)[asked]
    assert found["name"] == "All roles signed the acceptance of this release: 2 signatures"
    steps = found["steps"]
    assert [(each["name"], each["status"]) for each in steps] == [
        ("Kim signed as QA lead: looked at it", "passed"),
        ("Lee refused as product owner: looked at it", "failed"),
    ]


def test_a_decision_made_again_piles_up_nothing(tmp_path: Path) -> None:
    """
    The same criterion has the same file and the same history.
    """
    made_up = decision(finding("uat-signed", source="attestation"))
    for _ in range(3):
        render(made_up, Ledger(), tmp_path)
    assert len(list((tmp_path / "allure").glob("*-result.json"))) == 1


def test_the_pictures_of_a_load_stand_alone(tmp_path: Path) -> None:
    """
    Each attached picture is an SVG with its own colours.
    """
    (tmp_path / "journals").mkdir()
    render(*made("NO-GO", tmp_path / "journals"), tmp_path)
    slow = results(tmp_path)["phase1.response-times"]
    assert len(slow["attachments"]) == 4
    for each in slow["attachments"]:
        picture = (tmp_path / "allure" / each["source"]).read_text(encoding="utf-8")
        assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
        assert "--blue:" in picture


def test_what_could_not_be_drawn_is_a_picture_that_says_so() -> None:
    """
    Words in the place of a chart are an SVG too.
    """
    assert ET.fromstring(alone('<p class="plot">cannot be drawn</p>'))[0].text == "cannot be drawn"


def test_environment_and_executor_say_what_was_verified(tmp_path: Path) -> None:
    """
    Decision, release and plan; a line end in a name of the target adds no line.
    """
    render(decision(target="a\nb = c"), Ledger(), tmp_path)
    lines = (tmp_path / "allure" / "environment.properties").read_text(encoding="utf-8").splitlines()
    assert "target = a b = c" in lines
    assert "release = 2.0.0+standin.1a2b3c" in lines
    assert json.loads((tmp_path / "allure" / "executor.json").read_text(encoding="utf-8"))["name"] == "rollout gate"


def test_the_report_has_its_categories_and_the_runs_before(tmp_path: Path) -> None:
    """
    Allure reads both from the files beside the results: what is broken apart from what nobody could tell.
    """
    render(decision(), Ledger(), tmp_path)
    (settings,) = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("allurerc.json")]
    categories = json.loads((tmp_path / "allure" / "categories.json").read_text(encoding="utf-8"))
    assert settings["historyPath"].endswith(".jsonl")
    assert settings["categories"]["rules"] == categories
    assert {status for each in categories for status in each["matchedStatuses"]} >= {"failed", "broken", "skipped"}


def test_a_check_is_told_by_phase_criterion_and_sentence(tmp_path: Path) -> None:
    """
    Its title is its docstring, its steps are its requests, and no token is in them.
    """
    with hostile_server(always("200 OK", b'{"status": "alive"}')) as server:
        said = run(tmp_path, server.address)
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "allure").glob("*-result.json")]
    assert {each["name"] for each in found} == {
        "The backend says that it is alive: number 1",
        "The backend says that it is alive: number 2",
    }, said
    told = labels(found[0])
    assert {("epic", "Phase 1: Staging Deployment"), ("story", "All services healthy")} <= told
    assert [value.partition(":")[0] for name, value in told if name == "feature"] == ["services-healthy"]
    (step,) = found[0]["steps"]
    assert step["name"].startswith("GET /health: 200 in ")
    attached = (tmp_path / "allure" / step["attachments"][0]["source"]).read_text(encoding="utf-8")
    assert "curl -X GET" in attached
    assert '{"status": "alive"}' in attached
    assert "abc.def" not in attached


@pytest.mark.browser
@pytest.mark.skipif(ALLURE is None, reason="needs npm's allure on PATH: its page was not looked at")
def test_the_page_of_allure_opens(tmp_path: Path) -> None:
    """
    It shows decision, phase, criterion and pictures, and asks nobody else for anything.
    """
    from playwright.sync_api import sync_playwright

    from tests.reports.test_browser import ARGUMENTS, CHROMIUM

    (tmp_path / "journals").mkdir()
    render(*made("ROLLBACK", tmp_path / "journals"), tmp_path)
    asked: list[str] = []
    with served(tmp_path / "allure-report") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.get_by_text("error-rate: fewer than 1 in 100 requests fail").first.wait_for(timeout=60_000)
        text = page.locator("body").inner_text()
        browser.close()
    for words in ("ROLLBACK (rehearsal, window 2 min)", "Phase 1: Staging Deployment", "Error Rate: < 1%"):
        assert words in text
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this machine."""
    handler = partial(Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Silent(http.server.SimpleHTTPRequestHandler):
    """Says nothing about requests."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def run(folder: Path, address: str) -> str:
    """What pytest says of the small suite about the server at *address*."""
    suite = folder / "smoke" / "test_suite.py"
    suite.parent.mkdir()
    suite.write_text(SUITE, encoding="utf-8")
    (folder / "docs").mkdir()
    for name in ("plan.toml", "docs/rollout-plan.md"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "targets").mkdir()
    (folder / "targets" / "t.toml").write_text(f'environment = "staging"\nbase_url = "{address}"\n', encoding="utf-8")
    plugins = ("allure_pytest", "rollout.pytest_plugin", "no:schemathesis", "no:hypothesispytest")
    where = ("--target", "t", "--journals", str(folder / "j"), "--parent", "p", "--alluredir", str(folder / "allure"))
    command = (sys.executable, "-m", "pytest", str(suite), "--rootdir", str(folder), "-c", os.devnull, "-m", "phase1")
    options = (*(word for name in plugins for word in ("-p", name)), *where)
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run((*command, *options), cwd=folder, env=known, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
