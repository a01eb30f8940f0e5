"""The set-up: what its locks pin, and what it refuses."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GATE, TESTS = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def pinned(lock: Path) -> set[str]:
    """`name==version` of each requirement of a lock."""
    return {line.split()[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line.split(" ;")[0]}


@pytest.mark.parametrize("lock", [GATE, TESTS], ids=["of a gate", "of the tests"])
def test_a_lock_is_pinned_by_hash(lock: Path) -> None:
    """
    Every requirement names one version and its hashes, and no URL.
    """
    text = lock.read_text(encoding="utf-8")
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert requirements
    assert [line for line in requirements if "==" not in line or not line.endswith("\\")] == []
    assert "://" not in text


def test_an_environment_for_tests_serves_a_gate() -> None:
    """
    The lock of the tests pins all that a gate needs, in the same versions.
    """
    assert pinned(GATE) - pinned(TESTS) == set()


@pytest.mark.parametrize("name", ["playwright", "mypy", "ruff", "import-linter", "jsonschema"])
def test_a_gate_installs_no_tools_of_developers(name: str) -> None:
    """
    What lints, types and looks at pages is for the tests alone.
    """
    assert [line for line in pinned(GATE) if line.startswith(f"{name}==")] == []
    assert [line for line in pinned(TESTS) if line.startswith(f"{name}==")] != []


@pytest.mark.parametrize(
    ("arguments", "python", "says"),
    [
        (["gate"], "/nope", "PYTHON=/nope is no Python 3.11 or newer"),
        (["everything"], "", "no set 'everything'; there are gate and tests"),
    ],
    ids=["a Python that is not there", "a set that is not there"],
)
def test_set_up_refuses_what_it_cannot_use(tmp_path: Path, arguments: list[str], python: str, says: str) -> None:
    """
    One line names the offender, the exit code is 64, and nothing is made.
    """
    copy = tmp_path / "a clone" / "scripts" / "setup"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((ROOT / "scripts" / "setup").read_bytes())
    copy.chmod(0o755)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (copy.parents[1] / name).touch()
    environment = {"PATH": os.environ["PATH"], "PYTHON": python}
    done = subprocess.run([str(copy), *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert done.stderr == f"set-up: {says}\n"
    assert not (copy.parents[1] / ".venv").exists()


def test_a_python_that_is_none_is_refused_where_everything_is_made_already(tmp_path: Path) -> None:
    """
    `PYTHON=/nope scripts/gate` does not go on with another one in silence.
    """
    (tmp_path / "scripts").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "scripts" / "setup").write_bytes((ROOT / "scripts" / "setup").read_bytes())
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("", encoding="utf-8")
        (tmp_path / ".venv" / f".made-from-{name}").write_text("4294967295 0\n", encoding="utf-8")
    ends = [
        subprocess.run(
            ["sh", tmp_path / "scripts" / "setup"],
            env={**os.environ, "PYTHON": python},
            capture_output=True,
            check=False,
        ).returncode
        for python in ("", "/nope")
    ]
    assert ends == [0, 64]


@pytest.mark.parametrize(("forbidden", "says"), [("1", "unset {root}/.venv/pycache"), ("", "unset unset")])
def test_a_gate_compiles_once_where_the_tree_must_stay_clean(tmp_path: Path, forbidden: str, says: str) -> None:
    """
    PYTHONDONTWRITEBYTECODE would have every process compile every module; what is compiled lies in .venv instead.
    """
    root = tmp_path / "a project"
    shown = 'echo "${PYTHONDONTWRITEBYTECODE:-unset} ${PYTHONPYCACHEPREFIX:-unset}"'
    for name, text in {"scripts/setup": "", ".venv/bin/rollout": shown}.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (root / name).chmod(0o755)
    gate = root / "scripts" / "gate"
    gate.write_bytes((ROOT / "scripts" / "gate").read_bytes())
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": forbidden, "PYTHONPYCACHEPREFIX": ""}
    done = subprocess.run(["sh", gate, "phase1"], env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == says.format(root=root)


PYTHON_STUB = """#!/bin/sh
case "$*" in
    --version) echo Python 3.12.0 ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip install "*) echo "$*" >> "$(dirname "$0")/installed" ;;
esac
"""
UV_STUB = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
echo "error: no route to the index" >&2
exit 2
"""


def test_set_up_goes_on_with_pip_where_uv_fails(tmp_path: Path) -> None:
    """
    One line says so, with the last words of uv, and uv is not asked a second time.
    """
    stubs, root = tmp_path / "stubs", tmp_path / "a clone"
    setup = root / "scripts" / "setup"
    setup.parent.mkdir(parents=True)
    stubs.mkdir()
    setup.write_bytes((ROOT / "scripts" / "setup").read_bytes())
    for name in ("requirements.lock", "pyproject.toml"):
        (root / name).write_text("one==1\n", encoding="utf-8")
    for path, text in {stubs / "uv": UV_STUB, stubs / "python": PYTHON_STUB}.items():
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    setup.chmod(0o755)
    environment = {"PATH": f"{stubs}:{os.environ['PATH']}", "PYTHON": str(stubs / "python")}
    done = subprocess.run([str(setup), "gate"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("set-up: uv cannot do it (error: no route to the index); pip goes on\n") == 1
    assert len((stubs / "asked").read_text(encoding="utf-8").splitlines()) == 1
    first, second = (root / ".venv" / "bin" / "installed").read_text(encoding="utf-8").splitlines()
    assert first.endswith(f"--no-deps --require-hashes --requirement {root}/requirements.lock")
    assert second.endswith(f"--editable {root}")
