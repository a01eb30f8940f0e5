"""List the checks that did not run here because they harm their target: they run on a stand-in only."""

from collections.abc import Iterable

from rollout.judge.check_notes import short
from rollout.judge.finding import Case, Finding
from rollout.judge.tests import Latest, newest_outcomes
from rollout.judge.verdict import Verdict
from rollout.values import in_full, some


def standin_only(phase: str, cases: Iterable[Case]) -> list[Finding]:
    """An advisory finding about the checks that run on a stand-in only; none where every check ran."""
    left = left_out(cases)
    if not left:
        return []
    return [
        Finding(
            id=f"{phase}.harmful-checks-ran",
            sentence="Nothing is left out in silence",
            states="checks that harm their target ran on this one",
            source="tests",
            verdict=Verdict.UNPROVEN,
            reason=f"{some([short(node) for node in left])}: {'; '.join(dict.fromkeys(left.values()))}",
            value=f"{len(left)} {'check' if len(left) == 1 else 'checks'} not run here",
            n=len(left),
            n_unit="checks",
            next=f"rehearse them on the embedded stand-in: rollout gate {phase}",
            listed=in_full([f"{node}: {why}" for node, why in left.items()], most=1),
            advisory=True,
        )
    ]


def left_out(cases: Iterable[Case]) -> dict[str, str]:
    """Test → why it did not apply, unless its target waives all its criteria."""
    newest = {node: entry for case in cases for node, entry in newest_outcomes(case, case.by("pytest")).items()}
    return {
        node: entry.record.message.removeprefix("not applicable: ")
        for node, entry in newest.items()
        if entry.outcome == "not-applicable" and not waived(entry)
    }


def waived(entry: Latest) -> bool:
    """Whether the target of the run leaves out every criterion of the test."""
    return all(name in entry.run.started.not_applicable for name in entry.record.criteria)
