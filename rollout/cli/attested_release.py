"""What the ledger of a release says of the subject of a word: the checks that are gone, the word that is taken back."""

from msgspec.structs import replace

from rollout.checks import checks_by_criterion
from rollout.evidence import Origin, Run, records
from rollout.judge.expected_checks import checks_told, is_among
from rollout.judge.statements import EVERY_OVERRIDE, revoked
from rollout.nearest import unknown
from rollout.plan import Plan
from rollout.replay import release_ledger


def bound(record: records.Record, rules: Plan, about: Origin) -> records.Record:
    """A record with what the ledger of the release says of its subject."""
    if isinstance(record, records.PlanChange):
        return replace(record, checks=gone(rules, about.phase, about.release))
    if isinstance(record, records.Revoke):
        return replace(record, of=revocable(record.of, about.phase, about.release))
    return record


def revocable(of: str, phase: str, release: str) -> str:
    """The journal that *of* names; ValueError unless people let something through in it, about *phase* and *release*."""
    named = of.removesuffix(".jsonl")
    if named == EVERY_OVERRIDE:
        return named
    runs = [run for run in release_ledger(release).complete("attest") if run.started.phase == phase]
    said = {run.path.stem: run for run in runs if any(revoked(each, True, False) for each in run.records)}
    if named not in said and named not in [run.run_id for run in said.values()]:
        raise ValueError(f"--of: {unknown(f'word that can be taken back in {phase}', of, said)}")
    return named


def gone(rules: Plan, phase: str, release: str) -> dict[str, tuple[str, ...]]:
    """The checks of *phase* that runs of *release* know and that are not there now, by criterion."""
    mine = [run for run in release_ledger(release).runs if run.trusted and run.release == release]
    runs = [run for run in mine if run.producer == "pytest" and run.started.phase == phase]
    source = checks_by_criterion(rules)
    lost: dict[str, tuple[str, ...]] = {}
    for name in (name for name in rules.criterion_ids() if name.startswith(f"{phase}.")):
        now = [*source.get(name, ()), *(unseen_by_a_scan(runs[-1], name) if runs else ())]
        told = dict.fromkeys(node for run in runs for node in checks_told(run, name))
        if missing := tuple(node for node in told if not is_among(node, now)):
            lost[name] = missing
    return lost


def unseen_by_a_scan(run: Run, criterion: str) -> list[str]:
    """The checks that a run collected or ran and that its scan of the source did not see: the next run tells whether they are gone."""
    seen = run.started.checks.get(criterion, ())
    return [node for node in checks_told(run, criterion) if not is_among(node, seen)]
