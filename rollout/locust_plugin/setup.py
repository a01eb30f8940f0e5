"""Make one run from options, plan and target; every mistake is reported before the first request."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rollout.embedded import target_at_hand
from rollout.locust_plugin.controller.capacity_search import length_s, search_steps
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.origin import origin
from rollout.plan import Phase, Plan, load_plan
from rollout.plan.load_shape import STEADY, Steps
from rollout.plan.profile import LoadProfile
from rollout.project import NO_NAME, current_project
from rollout.suite import Suite, suite_of
from rollout.target.release import given
from rollout.target.settings import LOAD_NEEDS, Target, TargetError
from rollout.values import seconds


def resolve(options: Any, stack: ExitStack) -> RunSetup:
    """The run that the command line describes; ValueError with one line per fault. *stack* ends a target started here."""
    release = given(options.release)
    plan, folder = load_plan(named("--plan", options.plan)), named("--journals", options.journals)
    suite = suite_of(plan)
    phase = plan.phase(options.phase or only_loaded(plan))
    profile = phase.load
    if profile is None:
        raise ValueError(f"phases.{phase.id}.load is missing in plan.toml: {phase.id} has no load to run")
    target = chosen_target(suite, options, stack, plan.compares(phase.id))
    target.refuse_unless(*LOAD_NEEDS)
    users = options.num_users or profile.users
    shape, hold_s = planned_shape(options, phase, profile)
    return RunSetup(
        plan=plan,
        phase=phase,
        profile=profile,
        target=target,
        origin=origin(
            plan,
            phase.id,
            target,
            release or suite.observed_release(target),
            "capacity" if options.capacity else "load",
            parent=options.parent,
            window_s=window(options.window),
        ),
        journals=folder or current_project().journals_of(target.name, phase.id),
        users=users,
        ramp_s=users / options.spawn_rate if options.spawn_rate else profile.ramp,
        hold_s=hold_s if options.headless else None,
        seed=options.seed or secrets.token_hex(4),
        gaps=options.gaps,
        headless=bool(options.headless),
        expect_workers=options.expect_workers,
        plain=options.progress == "plain",
        shape=shape,
        capacity=bool(options.capacity),
        early_stop=options.early_stop != "never",
        actions_per_minute=profile.mean_actions_per_minute(),
    )


def named(option: str, name: str | None) -> Path | None:
    """The path in an *option*; None if it was left out, ValueError for an empty one."""
    if name is not None and not name.strip():
        raise ValueError(f"{option}: {NO_NAME}")
    return None if name is None else Path(name)


def only_loaded(plan: Plan) -> str:
    """The one phase of the plan that has a load; ValueError if none has, or several have."""
    loaded = [phase.id for phase in plan.phases if phase.load]
    if len(loaded) == 1:
        return loaded[0]
    if not loaded:
        raise ValueError("no phase of plan.toml has a load to run; write [phases.load] below one")
    raise ValueError(f"--phase is missing: {len(loaded)} phases have a load; name one of {', '.join(loaded)}")


def planned_shape(options: Any, phase: Phase, profile: LoadProfile) -> tuple[Steps, float]:
    """The steps of the rate and their seconds; steady with the web interface, which may end the run at any time."""
    if options.capacity:
        if not options.headless:
            raise ValueError("--capacity climbs by itself; run it --headless")
        steps = search_steps(profile.mean_actions_per_minute())
        return steps, length_s(steps)
    hold_s = float(options.run_time or profile.hold)
    return (phase.load_shape(hold_s) if options.headless else STEADY), hold_s


def chosen_target(suite: Suite, options: Any, stack: ExitStack, baseline: bool) -> Target:
    """The target by name, or the embedded default."""
    if options.host:
        raise TargetError(
            f"--host {options.host}: an address alone allows no load; write it into targets/NAME.toml with"
            ' allow = ["load", "write"], then --target NAME'
        )
    return stack.enter_context(
        target_at_hand(suite, options.target, baseline=baseline, with_faults=options.with_faults)
    )


def window(text: str | None) -> float | None:
    """Seconds of a rehearsal window, written `60`, `60s` or `2min`."""
    if not text:
        return None
    return float(seconds(f"{text}s" if text.replace(".", "", 1).isdigit() else text))  # type: ignore[arg-type]
