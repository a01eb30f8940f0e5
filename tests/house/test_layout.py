"""The drawing of the layout, executed: who may sleep, who reads limits, what no file may name."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("xcodereviewer", "smoke", "integration", "load", "reports")
PRODUCERS = (
    *("rollout/watch", "rollout/sources", "rollout/drill", "rollout/pytest_plugin", "rollout/locust_plugin"),
    *("xcodereviewer", "smoke", "integration", "load"),
)
HOSTS = (
    "pypi.org",
    "pythonhosted",
    "registry.npmjs",
    "npmmirror",
    "deb.debian",
    "tuna.tsinghua",
    "aliyun",
    "artifactory",
)
INDEX = re.compile(r"index-url\s*[=:]\s*http")
MACHINE_PATHS = re.compile(r"(^|[^A-Za-z0-9._-])/(work|farm|root)/[A-Za-z.]")


def tracked() -> list[Path]:
    """The files of the project that git knows, this one left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file() and path != Path(__file__)]


def test_one_file_sleeps() -> None:
    """
    Outside the stand-in, time.sleep is called in rollout/target/wait.py and nowhere else.
    """
    files = [file for package in ("rollout", *SUITES) for file in (ROOT / package).rglob("*.py")]
    sleepers = [str(file.relative_to(ROOT)) for file in files if "time.sleep(" in file.read_text(encoding="utf-8")]
    assert sleepers == ["rollout/target/wait.py"]


def test_one_file_reads_limits() -> None:
    """
    The producers of evidence never look at a limit or a trigger of the plan; alerts are compared, not judged.
    """
    producers = [file for folder in PRODUCERS for file in (ROOT / folder).rglob("*.py")]
    readers = [
        file.name for file in producers if re.search(r"(?<!alert)\.(limit|trigger)\b", file.read_text(encoding="utf-8"))
    ]
    assert producers
    assert readers == []


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    """
    The project installs from whatever index a machine has, and lies wherever it is cloned.
    """
    named = []
    for file in tracked():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        small = text.lower()
        found = [host for host in HOSTS if host in small]
        found += [match[0] for match in (INDEX.search(small), MACHINE_PATHS.search(text)) if match]
        named += [f"{file.relative_to(ROOT)}: {name}" for name in found]
    assert named == []
