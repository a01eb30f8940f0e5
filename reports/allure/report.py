"""Write the results for Allure, and its page by npm's `allure` if that is on PATH."""

import re
import shutil
import subprocess
from pathlib import Path

from reports.allure.results import write_results
from reports.allure.surroundings import CATEGORIES, configuration, environment, executor
from reports.charts import PICTURES
from reports.files import write, write_json
from reports.planned import plan_of
from reports.text import visible
from rollout.evidence import Ledger
from rollout.judge.decision import Decision

RESULTS = "allure"
PAGE = "allure-report/index.html"
LONGEST_S = 120
TRACKER = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>.*?</script>', re.DOTALL
)


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write the results to `allure/` in *folder*; the page of npm's `allure` if there is one, else the folder of results."""
    results = folder / RESULTS
    results.mkdir(parents=True, exist_ok=True)
    write_results(decision, PICTURES.of(decision, ledger, plan_of(decision)).plots, ledger, results)
    write(results / "environment.properties", environment(decision))
    write_json(results / "executor.json", visible(executor(decision)))
    write_json(results / "categories.json", CATEGORIES)
    write_json(folder / "allurerc.json", visible(configuration(decision)))
    return folder / PAGE if made_page(folder) else results


def made_page(folder: Path) -> bool:
    """Whether npm's `allure` made the page; an older one is removed first."""
    shutil.rmtree(folder / Path(PAGE).parent, ignore_errors=True)
    program = shutil.which("allure")
    if program is None:
        return False
    command = (program, "generate", RESULTS, "--config", "allurerc.json")
    try:
        subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return (folder / PAGE).is_file() and self_contained(folder / PAGE)


def self_contained(page: Path) -> bool:
    """Remove the tracking of readers from the page, so that it is one file that loads nothing."""
    text = page.read_text(encoding="utf-8")
    write(page, TRACKER.sub("", text))
    return True
