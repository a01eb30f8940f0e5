"""Fake proof workers without a stand-in: the effect of each fault is configured, and all calls are logged."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rollout.evidence import Journal, Origin
from rollout.evidence.records import TestOutcome
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import EvidenceSource, Plan, load_plan
from rollout.prove.faults import KnownFault
from rollout.prove.proof import Proof
from rollout.prove.run import prove
from rollout.target import TargetError

TESTED, ALSO_TESTED = "services-healthy", "readiness-notices-dependencies"
LOADED, SAMPLED = "error-rate", "celery-queue"


def fault(
    name: str, *breaks: str, depends: tuple[str, ...] = (), kind: str = "switch", reddens: tuple[str, ...] = ()
) -> KnownFault:
    """A fault of the catalogue."""
    return KnownFault(name, f"{name} is broken.", kind, breaks, depends, reddens)


def finding(name: str, verdict: Verdict) -> Finding:
    """A finding about one criterion of phase 1."""
    facts = {"sentence": name, "states": name, "source": "tests", "value": "1", "evidence": ("a-journal",)}
    return Finding.model_validate({"id": f"phase1.{name}", "verdict": verdict, "reason": "test_it: got 500", **facts})


def leave(folder: Path, nodes: list[str]) -> None:
    """Write a whole journal in which the tests *nodes* failed, each in one of its cases."""
    about = Origin(
        producer="pytest", phase="phase1", target="standin", environment="standin", release="2.0.0", plan="p"
    )
    with Journal(folder, about, checks={}) as journal:
        for node in nodes:
            journal.append(
                TestOutcome(
                    node=f"{node}[x]",
                    criteria=(f"phase1.{TESTED}",),
                    outcome="failed",
                    duration_s=0.1,
                    message="got 500",
                )
            )


@dataclass
class World:
    """
    The configured effects of faults: *reds* maps a fault to the criteria that turn red under it.

    *beside* is the verdict on whatever is looked at while another worker may be at work, None for no such effect.
    *log* has the calls of each worker. *dies_with* is a fault that ends the stand-in, *unfit_after* one after which a
    service is dead. *failing* are the tests that fail under any fault with an effect.
    """

    reds: dict[str, set[str]] = field(default_factory=dict)
    healthy: Verdict = Verdict.MET
    beside: Verdict | None = None
    log: list[list[str]] = field(default_factory=list)
    baselines: list[bool] = field(default_factory=list)
    first_trial_fails: set[str] = field(default_factory=set)
    dies_with: str = ""
    unfit_after: str = ""
    failing: set[str] = field(default_factory=set)

    @contextmanager
    def proof_worker(self, plan: Plan, baseline: bool = False) -> Iterator["FakeWorker"]:
        """A worker, in place of a stand-in."""
        log: list[str] = []
        self.log.append(log)
        self.baselines.append(baseline)
        yield FakeWorker(self, log)

    def trials(self) -> list[str]:
        """The faults in the order of their switching on."""
        return [line.removeprefix("on ") for log in self.log for line in log if line.startswith("on ")]


@dataclass
class FakeWorker:
    """One worker of the world."""

    world: World
    log: list[str]
    now: set[str] = field(default_factory=set)

    def switch(self, fault: KnownFault, on: bool) -> None:
        """Turn a fault on or off."""
        self.log.append(f"{'on' if on else 'off'} {fault.name}")
        if on and fault.name == self.world.dies_with:
            raise TargetError("standin fault: no answer")
        showing = self.world.reds.get(fault.name, set(fault.breaks))
        if fault.name in self.world.first_trial_fails:
            self.world.first_trial_fails.discard(fault.name)
            showing = set()
        self.now = set(showing) if on else set()

    def look(
        self,
        names: Iterable[str],
        nodes: list[str],
        folder: Path,
        more: Iterable[str] = (),
        *,
        by_name: Iterable[str] = (),
        cut_short: bool = False,
        longest_s: float = 0.0,
    ) -> dict[str, Finding]:
        """The findings about *names* and about all red criteria; of the tests *by_name* those in *failing* fail."""
        leave(folder, [node for node in by_name if node in self.world.failing and self.now])
        self.log.append(f"look {' '.join(sorted(names))}{' cut short' * cut_short}")
        seen = {name: self.verdict(name) for name in {*names, *self.now}}
        return {f"phase1.{name}": finding(name, verdict) for name, verdict in seen.items()}

    def verdict(self, name: str) -> Verdict:
        """The verdict on a criterion; only what the proof does by itself is done alone."""
        if self.world.beside is not None and threading.current_thread() is not threading.main_thread():
            return self.world.beside
        return Verdict.BROKEN if name in self.now else self.world.healthy

    def fit(self) -> bool:
        """Whether every service is alive."""
        return f"on {self.world.unfit_after}" not in self.log


@dataclass
class Proving:
    """A proof on fake workers, with its printed lines and the number of its saves."""

    world: World
    monkeypatch: pytest.MonkeyPatch
    told: list[str] = field(default_factory=list)
    kept: list[Proof] = field(default_factory=list)

    def run(
        self, *faults: KnownFault, jobs: int = 1, wanted: set[str] | None = None, before: Proof | None = None
    ) -> Proof:
        """Prove the criteria that the faults break, or those *wanted*."""
        self.monkeypatch.setattr("rollout.prove.run.proof_worker", self.world.proof_worker)
        asked = wanted if wanted is not None else {name for each in faults for name in each.breaks}
        return prove(load_plan(), list(faults), asked, jobs, self.told.append, before, self.kept.append)


def source(name: str) -> EvidenceSource:
    """The source of a criterion in the real plan."""
    return next(item.source for item in load_plan().criteria if item.id == name)
