"""Derive the phase markers of tests from their criterion marks, and leave out tests that do not apply."""

import sys
from collections.abc import Generator

import pytest

from rollout.checks import full_ids
from rollout.executed_asserts import without_asserts
from rollout.plan import Plan
from rollout.pytest_plugin.differences import CHECKING
from rollout.pytest_plugin.failure_words import note_failure
from rollout.pytest_plugin.first_failure import uncover
from rollout.pytest_plugin.looked_in import LOOKED
from rollout.pytest_plugin.obstacles import DEPTH, note_obstacle, told_obstacle
from rollout.pytest_plugin.options import OPTIONAL
from rollout.pytest_plugin.run_target import PLAN, TARGET, is_worker, open_target
from rollout.target import Target, TargetError
from rollout.values import STANDIN

COLLECTED = pytest.StashKey[dict[str, list[str]]]()
BROKEN = pytest.StashKey[set[str]]()
NOT_APPLICABLE = "rollout-not-applicable"  # a property of the test, not a text in its message
STANDIN_ONLY = "standin_only"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add to each item the phases of its criteria, and note all criteria and tests before any selection."""
    collected: dict[str, list[str]] = {}
    for item in items:
        ids = criteria(item)
        if ids:
            item.user_properties.append((DEPTH, len(getattr(item, "fixturenames", ()))))
        for full_id in ids:
            item.user_properties.append(("criterion", full_id))
            item.add_marker(full_id.partition(".")[0])
            collected.setdefault(full_id, []).append(item.nodeid)
    config.stash[COLLECTED] = collected
    if is_worker(config):
        config.workeroutput["collected"] = collected  # type: ignore[attr-defined]
        config.workeroutput["looked"] = sorted(config.stash.get(LOOKED, ()))  # type: ignore[attr-defined]
    leave_out(config, items)


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that run on demand only; a test with a criterion always stays, since evidence is not optional."""
    wanted = {mark for mark in OPTIONAL if config.getoption(f"--{mark}")}
    out = [
        item
        for item in items
        if not criteria(item) and any(item.get_closest_marker(m) for m in OPTIONAL.keys() - wanted)
    ]
    if out:
        config.hook.pytest_deselected(items=out)
        left = set(out)
        items[:] = [item for item in items if item not in left]


def criteria(item: pytest.Item) -> list[str]:
    """The full ids of an item's criteria, in a steady order."""
    plan = item.config.stash[PLAN]
    marks = [str(mark.args[0]) for mark in item.iter_markers("criterion") if mark.args]
    return list(dict.fromkeys(full_id for mark in marks for full_id in full_ids(plan, mark)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """
    Fail a test with an unknown criterion; skip one whose criteria do not apply to this target.

    TargetError if Python leaves out asserts.
    """
    if complaint_about_asserts := without_asserts(sys.flags.optimize):
        raise TargetError(complaint_about_asserts)
    plan = item.config.stash[PLAN]
    for mark in item.iter_markers("criterion"):
        if not mark.args or not full_ids(plan, str(mark.args[0])):
            pytest.fail(complaint(item, str(mark.args[0]) if mark.args else ""), pytrace=False)
    ids = criteria(item)
    item.config.stash[CHECKING] = bool(ids)
    if ids and is_left_out(item, ids):
        pytest.skip("its criteria are broken already")
    target = target_of(item.config) if ids else None
    if target and not any(is_shown(plan, target, name) for name in ids):
        pytest.skip(f"shown on {' and '.join(sorted({str(environment_of(plan, name)) for name in ids}))}, not here")
    if target and (reason := why_not_applicable(item, ids, target)):
        item.user_properties.append((NOT_APPLICABLE, reason))
        pytest.skip(f"not applicable: {reason}")


def is_left_out(item: pytest.Item, ids: list[str]) -> bool:
    """Whether --until-broken leaves out a test: all its criteria *ids* have failed, and --whatever-broken does not name it."""
    if not item.config.getoption("--until-broken"):
        return False
    named = item.nodeid.partition("[")[0] in item.config.getoption("--whatever-broken")
    return not named and all(without_phase(full_id) in broken_criteria(item) for full_id in ids)


def target_of(config: pytest.Config) -> Target | None:
    """The target of the run; None if none was opened."""
    return open_target(config) if is_worker(config) else config.stash.get(TARGET, None)


def why_not_applicable(item: pytest.Item, ids: list[str], target: Target) -> str:
    """The target's reason if no criterion of a test applies to it, else the test's reason not to run on real targets, else empty."""
    if all(full_id in target.not_applicable for full_id in ids):
        return target.not_applicable[ids[0]]
    alone = item.get_closest_marker(STANDIN_ONLY)
    return str(alone.args[0]) if alone and target.environment != STANDIN else ""


def is_shown(plan: Plan, target: Target, full_id: str) -> bool:
    """Whether a run on *target* gives evidence about the criterion."""
    return plan.criterion(full_id) in plan.measured_on(target.environment, full_id.partition(".")[0])


def environment_of(plan: Plan, full_id: str) -> str | None:
    """The environment in which the criterion is decided."""
    return plan.environment_of(full_id.partition(".")[0], plan.criterion(full_id))


def broken_criteria(item: pytest.Item) -> set[str]:
    """The criteria, as ids without phase, that a test of this process has failed."""
    return item.config.stash.setdefault(BROKEN, set())


def without_phase(full_id: str) -> str:
    """The id of a criterion without its phase."""
    return full_id.partition(".")[2]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note failure, and for a test with criteria the obstacle, in the report; keep the criteria that failed without one."""
    raised = call.excinfo
    report = yield
    uncover(item, call, report, raised)
    if criteria(item):
        note_obstacle(item, call, report)
    note_failure(item, call, report)
    if report.failed and told_obstacle(report) is None:
        broken_criteria(item).update(map(without_phase, criteria(item)))
    return report


def complaint(item: pytest.Item, name: str) -> str:
    """One line for a criterion that is not in the plan."""
    plan = item.config.stash[PLAN]
    try:
        plan.criterion(name)
    except ValueError as error:
        return str(error)
    return f"criterion {name!r} names no phase of plan.toml"
