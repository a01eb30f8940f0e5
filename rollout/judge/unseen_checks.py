"""Find folders of tests that no run of the release collected whole: they may hold checks that no journal lists."""

from rollout.evidence import JournalState, Run
from rollout.evidence.records import TestsCollected
from rollout.judge.expected_checks import TESTS
from rollout.judge.finding import Finding
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.values import numbered

COLLECTED = "checks-collected"


def unseen_checks(chosen: Selection) -> list[Finding]:
    """A finding where the checks in a folder of the newest source were never collected whole in some environment."""
    whole = [run for run in chosen.runs if run.producer == TESTS and run.state is JournalState.COMPLETE]
    environments = dict.fromkeys(run.started.environment for run in whole)
    unseen = {
        place: folders
        for place in environments
        if (folders := unseen_folders([run for run in whole if run.started.environment == place]))
    }
    return [finding(chosen.phase, unseen)] if unseen else []


def unseen_folders(runs: list[Run]) -> list[str]:
    """
    The folders of the newest source that none of *runs* collected whole; empty for older journals without sources.
    """
    told = [record for run in runs for record in run.of(TestsCollected) if record.sources]
    if not told:
        return []
    seen = {
        (folder, source) for record in told for folder, source in record.sources.items() if folder not in record.left
    }
    return [folder for folder, source in told[-1].sources.items() if (folder, source) not in seen]


def finding(phase: str, unseen: dict[str, list[str]]) -> Finding:
    """The finding about folders by environment."""
    several = len(unseen) > 1
    words = [" and ".join(folders) + (f" on {place}" if several else "") for place, folders in unseen.items()]
    folders = list(dict.fromkeys(folder for each in unseen.values() for folder in each))
    return Finding(
        id=f"{phase}.{COLLECTED}",
        sentence="No evidence is no GO",
        states="every folder of tests was searched for checks",
        source="ledger",
        verdict=Verdict.UNPROVEN,
        reason=f"every run of tests left files out of {', '.join(words)}: there may be checks that nobody knows",
        value=numbered(len(folders), "folder not searched", "folders not searched"),
        next=f"name whole folders, and hide no file: pytest {' '.join(folders)} -m {phase}, or rollout gate {phase}",
    )
