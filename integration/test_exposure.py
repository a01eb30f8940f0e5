"""The right share of users is on the new backend, and each of them steadily."""

import random
import uuid
from collections.abc import Callable

import pytest

from rollout.judge.exposure import fits
from rollout.plan import load_plan
from rollout.plan.phase import Step
from rollout.target.obstacle import Obstacle, needed, place
from xcodereviewer.fixtures.exposure import Rollout
from xcodereviewer.target import XcrTarget

Record = Callable[[str, object], None]
LEAST_USERS = 2000
ASKED_AGAIN = 100


def synthetic_users(n: int) -> list[str]:
    """User ids as browsers have them, always the same ones."""
    chance = random.Random(20260301)
    return [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(n)]


def steps(phase: str, step: str) -> tuple[Step, float]:
    """A step of the plan, and the percentage before it."""
    every = [step for phase in load_plan().phases for step in phase.steps]
    (at,) = (number for number, known in enumerate(every) if known in phase_steps(phase) and known.id == step)
    return every[at], every[at - 1].percent or 0


def expect_no_other_phase(phase: str, step: str, seen: dict[str, bool]) -> None:
    """Obstacle if the target stands at a step of another phase."""
    if found := elsewhere(phase, seen):
        share = f"{100 * sum(seen.values()) / len(seen):.1f} % of {len(seen)} users are on the new backend"
        raise Obstacle(f"the target is at another step, {found.id}: {share}", f"run it at the step {step} of {phase}")


def elsewhere(phase: str, seen: dict[str, bool]) -> Step | None:
    """The step of another phase that explains the share of *seen* users on the new backend; None if there is none."""
    others = (step for known in load_plan().phases if known.id != phase for step in known.steps)
    shares = (step for step in others if step.percent is not None)
    return next((step for step in shares if fits(sum(seen.values()), len(seen), step.percent or 0)), None)


def phase_steps(phase: str) -> tuple[Step, ...]:
    """The steps of one phase."""
    return next(known.steps for known in load_plan().phases if known.id == phase)


@pytest.mark.criterion("phase2.exposure")
@pytest.mark.promise("plan: Enable backend for internal users (10 users)")
def test_only_the_internal_users_are_on_the_new_backend(
    rollout: Rollout, target: XcrTarget, record_property: Record
) -> None:
    """
    As many internal users as the plan says are on the new backend, and nobody else is.
    """
    (step,) = phase_steps("phase2")
    assert step.users is not None
    named = needed(target, "internal_users")
    if len(named) != step.users:
        cause = f"internal_users names {len(named)} users, the plan says {step.users}"
        raise Obstacle(cause, f"set {place(target, 'internal_users')} to the ids of {step.users} users")
    rollout.set(0, named)
    team = rollout.seen(named)
    others = rollout.seen(synthetic_users(LEAST_USERS))
    record_property("exposure.internal_users_count", sum(team.values()))
    record_property("exposure.other_users_count", sum(others.values()))
    rollout.expect_all(team, on=True)
    rollout.expect_all(others, on=False)


@pytest.mark.parametrize(
    ("phase", "step"),
    [
        pytest.param("phase3", "beta", marks=pytest.mark.criterion("phase3.exposure"), id="beta"),
        pytest.param("phase4", "quarter", marks=pytest.mark.criterion("phase4.exposure-at-25"), id="quarter"),
        pytest.param("phase4", "half", marks=pytest.mark.criterion("phase4.exposure"), id="half"),
        pytest.param("phase5", "three-quarters", marks=pytest.mark.criterion("phase5.exposure-at-75"), id="most"),
        pytest.param("phase5", "everyone", marks=pytest.mark.criterion("phase5.exposure"), id="everyone"),
    ],
)
@pytest.mark.promise("plan: Enable `USE_BACKEND_API` flag for 10% of users")
def test_the_share_of_users_is_the_planned_one(
    rollout: Rollout, phase: str, step: str, record_property: Record
) -> None:
    """
    A user gets one answer, raising keeps who was in, and lowering takes them out; how many are in is counted.
    """
    planned, percent_before = steps(phase, step)
    percent = planned.percent
    assert percent is not None
    users = synthetic_users(LEAST_USERS)
    few = users[:ASKED_AGAIN]
    before = rollout.seen_at(percent_before, few)
    rollout.set(percent)
    first = rollout.seen(few)
    rollout.expect_same(first, rollout.seen(few), "want one answer for one user")
    seen = first | rollout.seen(users[ASKED_AGAIN:])
    on = sum(seen.values())
    record_property("exposure.observed_percent", round(100 * on / len(seen), 2))
    record_property("exposure.on_count", on)
    record_property("exposure.users_count", len(seen))
    record_property("exposure.intended_percent", percent)
    if not rollout.stands_at(percent, seen):
        expect_no_other_phase(phase, step, seen)
        return  # the judge names the step by the counts, and keeps what was seen at this one
    rollout.expect_all({user: first[user] for user in few if before[user]}, on=True)
    if percent == 100:
        rollout.expect_all(seen, on=True)
    rollout.expect_same(before, rollout.seen_at(percent_before, few), "want raising undone by lowering the percentage")
