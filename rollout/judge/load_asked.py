"""Whether a load run set out to do what the plan asks: its own facts are never the measure of themselves."""

from rollout.judge.load_evidence import Attempt, scenarios_of
from rollout.plan import Phase
from rollout.plan.profile import LoadProfile
from rollout.values import as_text

CERTAIN_ARRIVALS = 20  # so many planned and none made is no chance
SAME_RATE = 0.01  # rates of users are rounded when they are shared out over scenarios


def more_than_planned(attempt: Attempt, profile: LoadProfile) -> str:
    """A load heavier than the plan's, under which a broken budget says nothing about the plan; empty if it is not."""
    users, rate = attempt.facts.users, attempt.facts.actions_per_minute
    if users > profile.users:
        return f"the run asked for {users:g} users, the plan for {profile.users}"
    if rate > (1 + SAME_RATE) * profile.mean_actions_per_minute():
        return f"the run asked for {rate:.4g} actions a minute of each user, the plan for {per_minute(profile)}"
    return ""


def less_than_planned(attempt: Attempt, phase: Phase, profile: LoadProfile) -> str:
    """A load lighter or other than the plan's, which proves nothing about the plan; empty if it is not."""
    facts = attempt.facts
    if facts.users < profile.users:
        return f"the run asked for {facts.users:g} users, the plan for {profile.users}"
    if facts.actions_per_minute < (1 - SAME_RATE) * profile.mean_actions_per_minute():
        rate = facts.actions_per_minute
        return f"the run asked for {rate:.4g} actions a minute of each user, the plan for {per_minute(profile)}"
    if facts.hold_s is not None and facts.hold_s < profile.hold:
        return f"the run asked for {as_text(facts.hold_s)} of measuring, the plan for {as_text(profile.hold)}"
    if facts.hold_s is not None and facts.pace != phase.load_shape(facts.hold_s):
        return f"the rate of the run did not change as the plan's shape {profile.shape!r} does"
    return missing_scenario(attempt, profile)


def missing_scenario(attempt: Attempt, profile: LoadProfile) -> str:
    """A scenario of the plan that made no request, where the run tells its scenarios and chance does not explain it."""
    seen = set(scenarios_of(attempt.run).values())
    absent = [name for name in profile.scenarios if name not in seen and arrivals_of(profile, name) >= CERTAIN_ARRIVALS]
    return f"no user of scenario {absent[0]} made a request, the plan asks for them" if seen and absent else ""


def arrivals_of(profile: LoadProfile, name: str) -> float:
    """How many arrivals of one scenario the plan asks for."""
    weights = {each: kind.weight for each, kind in profile.scenarios.items()}
    return profile.users * weights[name] / sum(weights.values()) * profile.rates()[name] * profile.hold / 60


def per_minute(profile: LoadProfile) -> str:
    """The plan's mean rate of one user."""
    return f"{profile.mean_actions_per_minute():.4g}"
