"""A temporary project for commands: a small plan, and a target on this machine."""

import json
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rollout.cli import main
from rollout.evidence import Journal, Ledger, Origin, read_ledger
from rollout.plan import load_plan
from rollout.plan.parse import plan_hash
from tests.watch.service import Service

PLAN = Path(__file__).with_name("plan.toml")
TARGETS = Path(__file__).parents[2] / "targets"
TARGET = "staging"
RELEASE = "2.0.0+abc"
WIDE = "200"


@dataclass(frozen=True)
class Said:
    """The result of a command: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@dataclass
class Project:
    """Runs commands in the folder *root* on the target `staging`, which is *service*."""

    root: Path
    service: Service
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    plan: Path = PLAN

    def __post_init__(self) -> None:
        shutil.copytree(TARGETS, self.root / "targets")
        self.keep_to_this_machine()
        self.move_to(self.service.url)
        self.plan_file()
        self.monkeypatch.chdir(self.root)
        self.monkeypatch.setenv("COLUMNS", WIDE)

    @property
    def out(self) -> Path:
        """The folder of the results."""
        return self.root / "reports" / "out"

    def keep_to_this_machine(self) -> None:
        """Remove the settings that lead to other machines from the target's file: frontend, cluster, public names, repository."""
        file = self.root / "targets" / f"{TARGET}.toml"
        text = file.read_text(encoding="utf-8").partition("[dns]")[0]
        file.write_text(re.sub(r"^(frontend|kubernetes)_.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")

    def move_to(self, url: str) -> None:
        """Set *url* as the address in the target's file."""
        file = self.root / "targets" / f"{TARGET}.toml"
        text = re.sub(r'^base_url = ".*"$', f'base_url = "{url}"', file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        file.write_text(text, encoding="utf-8")

    def allow(self, *actions: str) -> None:
        """Allow *actions* and nothing else in the target's file."""
        file = self.root / "targets" / f"{TARGET}.toml"
        allowed = f"allow = {list(actions)}"
        file.write_text(
            re.sub(r"^allow = .*$", allowed, file.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8"
        )

    def plan_file(self) -> Path:
        """The plan in the folder of the project; it names the suite of the target."""
        file = self.root / "plan.toml"
        file.write_text(f'suite = "xcodereviewer"\n{self.plan.read_text(encoding="utf-8")}', encoding="utf-8")
        return file

    @property
    def plan_option(self) -> str:
        """The option with the plan, as a shell reads it."""
        return shlex.join(["--plan", str(self.root / "plan.toml")])

    def run(self, *words: str) -> Said:
        """Run one command with the plan and the target."""
        return self.run_bare(*words, "--target", TARGET, "--plan", str(self.plan_file()))

    def run_bare(self, *words: str) -> Said:
        """Run one command without added options."""
        self.monkeypatch.setattr(sys, "argv", ["rollout", *words])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = self.capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Said(end.value.code, said.out, said.err)

    def folder(self, phase: str) -> Path:
        """The folder of the results of a phase."""
        return self.out / TARGET / phase

    def ledger(self, phase: str) -> Ledger:
        """The journals of a phase."""
        return read_ledger([self.folder(phase) / "journals"])

    def decision(self, phase: str) -> dict[str, Any]:
        """The stored decision of a phase."""
        document: dict[str, Any] = json.loads((self.folder(phase) / "decision.json").read_text(encoding="utf-8"))
        return document

    def finding(self, phase: str, name: str) -> dict[str, Any]:
        """The finding about one criterion in the stored decision."""
        found: dict[str, Any] = next(f for f in self.decision(phase)["findings"] if f["id"] == f"{phase}.{name}")
        return found

    def journal(self, phase: str, producer: str, release: str = RELEASE, **more: Any) -> Journal:
        """A new journal of a phase, as begun by a producer on the target."""
        known = {name: more.pop(name) for name in list(more) if name in Origin.model_fields}
        facts = {"producer": producer, "phase": phase, "target": TARGET, "environment": TARGET, "release": release}
        about = Origin.model_validate({**facts, "plan": plan_hash(load_plan(self.plan)), **known})
        return Journal(self.folder(phase) / "journals", about, **more)
