"""
Which checks a criterion needs, and whether a run of tests left some of its phase out.

Expected is every check that any run of the release found in the source, collected or ran; the judge does not read the
source. A check that vanished since is missing evidence until a person accepts that: it may have been deleted, or have
lost its mark, because it failed.
"""

from collections.abc import Iterable

from rollout.evidence import JournalState, Run
from rollout.evidence.records import TestOutcome, TestsCollected

TESTS = "pytest"


def checks_told(run: Run, criterion: str) -> list[str]:
    """The checks of a *criterion* (full id) that one run found in the source, collected or ran."""
    nodes = [*run.started.checks.get(criterion, ()), *collected(run, criterion)]
    return list(dict.fromkeys([*nodes, *ran(run, criterion)]))


def criteria_told(run: Run) -> set[str]:
    """The criteria (full ids) of which one run recorded checks."""
    proven = {name for record in run.of(TestOutcome) for name in record.criteria}
    return proven.union(run.started.checks, *(record.nodes for record in run.of(TestsCollected)))


def collected(run: Run, criterion: str) -> list[str]:
    """The checks of a *criterion* that a run collected, also those that it then left out."""
    return [node for record in run.of(TestsCollected) for node in record.nodes.get(criterion, ())]


def ran(run: Run, criterion: str) -> list[str]:
    """The checks of a *criterion* that a run brought to an outcome."""
    return [record.node for record in run.of(TestOutcome) if criterion in record.criteria]


def expected_checks(criterion: str, runs: list[Run], gone: Iterable[str]) -> list[str]:
    """
    Every check of a *criterion* that must have passed, in the order of the newest source, without *gone* ones.

    A test function is replaced by its parametrized checks where a run recorded some; it stays itself only where it was
    collected or ran without parameters.
    """
    gone = set(gone)
    functions: dict[str, dict[str, None]] = {}
    for run in reversed(runs):
        known = {*collected(run, criterion), *ran(run, criterion)}
        for node in checks_told(run, criterion):
            whole = functions.setdefault(function_of(node), {})
            if (node in known or node != function_of(node)) and node not in gone:
                whole[node] = None
    kept = {function: nodes for function, nodes in functions.items() if function not in gone}
    return [node for function, nodes in kept.items() for node in nodes or [function]]


def function_of(node: str) -> str:
    """The test function of a check, without parameters."""
    return node.partition("[")[0]


def is_among(node: str, checks: Iterable[str]) -> bool:
    """
    Whether a check is one of *checks*; a function without parameters, as in old journals, matches all of its checks.
    """
    checks = set(checks)
    return node in checks or function_of(node) in checks or node in map(function_of, checks)


def left_out(run: Run, runs: Iterable[Run]) -> list[str]:
    """
    The checks of the phase that *run* found in the source and that its attempt did not bring to an outcome.

    The stages of one gate are one attempt: each runs the tests of another folder. A run that repeats tests of another
    one is an attempt of its own.
    """
    done = nodes_run(run)
    done = done.union(*(nodes_run(each) for each in beside(run, runs) if done.isdisjoint(nodes_run(each))))
    functions = set(map(function_of, done))
    asked = dict.fromkeys(node for nodes in run.started.checks.values() for node in nodes)
    return [node for node in asked if node not in done and (node != function_of(node) or node not in functions)]


def beside(run: Run, runs: Iterable[Run]) -> list[Run]:
    """The whole runs that the gate of *run* started too."""
    parent = run.started.parent
    return [each for each in runs if parent and each.started.parent == parent and each.state is JournalState.COMPLETE]


def nodes_run(run: Run) -> set[str]:
    """The checks that a run brought to an outcome."""
    return {record.node for record in run.of(TestOutcome)}


def is_narrowed(run: Run, runs: Iterable[Run]) -> bool:
    """Whether a run of tests left out some of its phase; its failures count, but its passes clear no failure."""
    return bool(run.started.narrowed) or bool(left_out(run, runs))


def chosen_tests(runs: Iterable[Run]) -> list[str]:
    """A remark for the decision line if the newest whole run of tests left some out."""
    whole = [run for run in runs if run.producer == TESTS and run.state is JournalState.COMPLETE]
    left = left_out(whole[-1], whole) if whole else []
    if not left:
        return []
    count = len(left)
    return [f"the newest run of tests left out {count} {'check' if count == 1 else 'checks'}: it clears no failure"]
