"""Complete an attestation from the ledger of its release: the removed checks of a plan change, the journal of a revocation."""

from msgspec.structs import replace

from rollout.checks import checks_by_criterion
from rollout.evidence import Origin, Run, records
from rollout.judge.expected_checks import checks_told, is_among
from rollout.judge.statements import EVERY_OVERRIDE, revoked
from rollout.nearest import unknown
from rollout.plan import Plan
from rollout.replay import release_ledger


def bound(record: records.Record, rules: Plan, about: Origin) -> records.Record:
    """A record with the facts about its subject from the ledger of the release."""
    if isinstance(record, records.PlanChange):
        return replace(record, checks=gone(rules, about.phase, about.release))
    if isinstance(record, records.Revoke):
        return replace(record, of=revocable(record.of, about.phase, about.release))
    return record


def revocable(of: str, phase: str, release: str) -> str:
    """The journal named by *of*; ValueError unless it contains a revocable statement about *phase* and *release*."""
    named = of.removesuffix(".jsonl")
    if named == EVERY_OVERRIDE:
        return named
    runs = [run for run in release_ledger(release).complete("attest") if run.started.phase == phase]
    said = {run.path.stem: run for run in runs if any(revoked(each, True, False) for each in run.records)}
    if named not in said and named not in [run.run_id for run in said.values()]:
        raise ValueError(f"--of: {unknown(f'word that can be taken back in {phase}', of, said)}")
    return named


def gone(rules: Plan, phase: str, release: str) -> dict[str, tuple[str, ...]]:
    """Criterion → the checks that are in runs of *release* and no longer in the source, for criteria of *phase*."""
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
    """The checks that a run collected or ran but its scan of the source did not find: the next run shows whether they are gone."""
    seen = run.started.checks.get(criterion, ())
    return [node for node in checks_told(run, criterion) if not is_among(node, seen)]
