"""Who may import whom: the contract of import-linter in pyproject.toml, executed, and seen to fail."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
WRONG = {
    "rollout/up.py": "import smoke.checks",
    "reports/across.py": "import xcodereviewer.client",
    "standin/ours.py": "import rollout.below",
    "smoke/stand_in.py": "import standin.ours",
    "rollout/left.py": "from rollout import right",
    "rollout/right.py": "from rollout import left",
    "rollout/locust_plugin/generator/user.py": "import rollout.judge.limits, rollout.locust_plugin.controller.run",
    "rollout/locust_plugin/controller/run.py": "",
    **{
        f"rollout/locust_plugin/{name}.py": ""
        for name in (
            "plugin",
            "worker",
            "setup",
            "options",
            "refused_options",
            "locust_adapters",
            "harmless_log",
            "shared_secret",
        )
    },
    "rollout/judge/limits.py": "",
    "smoke/checks.py": "",
    "rollout/below.py": "",
    "xcodereviewer/client.py": "",
}
PACKAGES = (
    *("smoke", "integration", "load", "reports", "xcodereviewer", "rollout", "standin", "benchmarks", "tests"),
    *("rollout/judge", "rollout/locust_plugin", "rollout/locust_plugin/controller", "rollout/locust_plugin/generator"),
)


def linted(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What import-linter says of the project in *folder*."""
    return subprocess.run([sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False)


def test_every_import_keeps_the_contract() -> None:
    """
    Layers point down, the stand-in stays alone, and neither files nor packages import in a circle.
    """
    done = linted(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_import_breaks_its_contract(tmp_path: Path) -> None:
    """
    Each contract is broken by an import that it forbids.
    """
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for name, text in WRONG.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    done = linted(tmp_path)
    assert done.returncode == 1, done.stderr
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in " ".join(done.stdout.split())] == []


def test_no_contract_has_an_exception() -> None:
    """
    A circle is cut, not listed.
    """
    assert [name for name, contract in CONTRACTS.items() if "ignore_imports" in contract] == []
