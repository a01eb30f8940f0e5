"""Make one run from options, plan and target; every mistake is reported before the first request."""

import ipaddress
import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rollout.embedded import target_at_hand
from rollout.locust_plugin.controller.capacity_search import length_s, search_steps
from rollout.locust_plugin.controller.run_setup import BY_HAND, RunSetup
from rollout.origin import origin
from rollout.plan import Phase, load_plan
from rollout.plan.load_shape import STEADY, Steps
from rollout.plan.profile import LoadProfile
from rollout.project import current_project
from rollout.suite import Suite, suite_of
from rollout.target.loading import validated
from rollout.target.settings import Action, Target, TargetError
from rollout.values import seconds


def resolve(options: Any, stack: ExitStack) -> RunSetup:
    """The run that the command line asks for; ValueError in one line a fault. *stack* ends a target we started."""
    plan = load_plan(Path(options.plan) if options.plan else None)
    suite = suite_of(plan)
    phase = plan.phase(options.phase)
    profile = phase.load
    if profile is None:
        raise ValueError(f"phases.{phase.id}.load is missing in plan.toml: {phase.id} has no load to run")
    target = chosen_target(suite, options, stack, plan.compares(phase.id))
    refuse_foreign(target)
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
            options.release or suite.observed_release(target),
            "capacity" if options.capacity else "load",
            parent=options.parent,
            window_s=window(options.window),
        ),
        journals=Path(options.journals) if options.journals else current_project().journals_of(target.name, phase.id),
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


def planned_shape(options: Any, phase: Phase, profile: LoadProfile) -> tuple[Steps, float]:
    """How the rate changes, and for how long; steady with the web interface, which may end the run at any time."""
    if options.capacity:
        if not options.headless:
            raise ValueError("--capacity climbs by itself; run it --headless")
        steps = search_steps(profile.mean_actions_per_minute())
        return steps, length_s(steps)
    hold_s = float(options.run_time or profile.hold)
    return (phase.load_shape(hold_s) if options.headless else STEADY), hold_s


def chosen_target(suite: Suite, options: Any, stack: ExitStack, baseline: bool) -> Target:
    """The target by name, by bare URL, or the embedded default."""
    if options.target and options.host:
        raise TargetError(f"--target {options.target!r} and --host exclude each other; the target file names the URL")
    if options.host:
        return by_hand(suite, options.host)
    return stack.enter_context(target_at_hand(suite, options.target, baseline=baseline))


def by_hand(suite: Suite, host: str) -> Target:
    """A target that is only a URL; credentials still come from variables."""
    target = validated(suite.target, BY_HAND, {"name": BY_HAND, "environment": "staging", "base_url": host})
    if target.url() != host.rstrip("/"):
        raise TargetError(f"--host {host!r} and {suite.prefix}BASE_URL {target.url()!r} disagree; unset one of them")
    return target


def window(text: str | None) -> float | None:
    """Seconds of a rehearsal window, written `60`, `60s` or `2min`."""
    if not text:
        return None
    return float(seconds(f"{text}s" if text.replace(".", "", 1).isdigit() else text))  # type: ignore[arg-type]


def refuse_foreign(target: Target) -> None:
    """Raise TargetError unless the target is on this machine or its file allows load."""
    urls = [str(url) for url in (target.base_url, target.baseline_url) if url]
    if not all(map(loopback, urls)):
        target.refuse_unless(Action.LOAD)


def loopback(url: str) -> bool:
    """Whether *url* names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
