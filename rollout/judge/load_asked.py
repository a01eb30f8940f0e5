"""Compare the load that a run asked for, and the requests that it counted, with the plan."""

from math import sqrt

from rollout.evidence import Run
from rollout.evidence.records import LoadFacts, ScenarioFacts
from rollout.judge.load_evidence import Attempt, attempt, scenarios_of
from rollout.plan import Phase
from rollout.plan.profile import LoadProfile
from rollout.values import as_text, numbered

LEAST_PERCENT = 95  # of the share of a scenario
LEAST_PERCENT_OF_BEFORE = 50  # for old journals, without the load asked of each scenario
NOT_ASKED = ScenarioFacts(arrivals_per_minute=0.0)
SAME_RATE = 0.01  # rates of users are rounded when they are shared out over scenarios


def more_than_planned(attempt: Attempt, profile: LoadProfile) -> str:
    """How the load was heavier than the plan's, empty if it was not; a budget broken under it is no evidence."""
    users, rate = attempt.facts.users, attempt.facts.actions_per_minute
    if users > profile.users:
        return f"the run asked for {users:g} users, the plan for {profile.users}"
    if rate > (1 + SAME_RATE) * profile.mean_actions_per_minute():
        return f"the run asked for {rate:.4g} actions a minute of each user, the plan for {per_minute(profile)}"
    if attempt.facts.ramp_s is not None and attempt.facts.ramp_s < (1 - SAME_RATE) * profile.ramp:
        return f"the run asked for a ramp of {as_text(attempt.facts.ramp_s)}, the plan for {as_text(profile.ramp)}"
    return another_mix(attempt.facts, profile)


def less_than_planned(attempt: Attempt, phase: Phase, profile: LoadProfile) -> str:
    """How the load was lighter than or unlike the plan's, empty if it was not; such a run proves nothing."""
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
    if facts.ramp_s is not None and facts.ramp_s > (1 + SAME_RATE) * profile.ramp:
        return f"the run asked for a ramp of {as_text(facts.ramp_s)}, the plan for {as_text(profile.ramp)}"
    return another_mix(facts, profile) or rare_scenario(attempt, profile)


def another_mix(facts: LoadFacts, profile: LoadProfile) -> str:
    """
    The first scenario whose rate or items differ from the plan's, in words; empty if none does, or none is recorded.

    Other weights are another load: such a run can neither prove nor break a budget.
    """
    if facts.scenarios is None:
        return ""
    for name in dict.fromkeys((*profile.scenarios, *facts.scenarios)):
        told, wanted = facts.scenarios.get(name, NOT_ASKED), asked_of(profile, name)
        if abs(told.arrivals_per_minute - wanted.arrivals_per_minute) > SAME_RATE * wanted.arrivals_per_minute:
            return (
                f"the run asked for {told.arrivals_per_minute:.4g} arrivals a minute of scenario {name},"
                f" the plan for {wanted.arrivals_per_minute:.4g}"
            )
        if told.items != wanted.items:
            return f"each user of scenario {name} worked with {told.items} items, the plan asks for {wanted.items}"
    return ""


def asked_of(profile: LoadProfile, name: str) -> ScenarioFacts:
    """The load that the plan asks of one scenario; `NOT_ASKED` for a scenario that it does not have."""
    if name not in profile.scenarios:
        return NOT_ASKED
    return ScenarioFacts(
        arrivals_per_minute=60 * arrivals_of(profile, name) / profile.hold, items=profile.scenarios[name].items
    )


def rare_scenario(attempt: Attempt, profile: LoadProfile) -> str:
    """
    A scenario with fewer requests than its share of the scheduled arrivals, in words; empty if there is none.

    Each arrival makes one request at least. The counts verify the load that the run recorded as asked for.
    """
    if not scenarios_of(attempt.run):
        return "the run does not tell which scenario its requests belong to"
    seen, told = attempt.run.once(requests_by_scenario), attempt.facts.scenarios is not None
    percent = LEAST_PERCENT if told else LEAST_PERCENT_OF_BEFORE
    for name, share in wanted_arrivals(attempt, profile).items():
        if seen.get(name, 0) < percent / 100 * share - 3 * sqrt(share):
            made = numbered(seen.get(name, 0), "request", "requests")
            return f"users of scenario {name} made {made}, the plan asks for {share:.0f} arrivals"
    return ""


def requests_by_scenario(run: Run) -> dict[str, int]:
    """Scenario → how many of its requests were due in the measured window."""
    window, kinds = run.once(attempt).window, scenarios_of(run)
    found: dict[str, int] = {}
    for name, row in run.seconds.by_name(window.start, window.start + window.planned.size - 1).items():
        if kind := kinds.get(name):
            found[kind] = found.get(kind, 0) + row.due
    return found


def wanted_arrivals(attempt: Attempt, profile: LoadProfile) -> dict[str, float]:
    """Scenario → its share, by the plan, of the arrivals that were scheduled in the measured window."""
    arrivals = {name: arrivals_of(profile, name) for name in profile.scenarios}
    planned = int(attempt.window.planned.sum())
    return {name: planned * each / sum(arrivals.values()) for name, each in arrivals.items()}


def arrivals_of(profile: LoadProfile, name: str) -> float:
    """How many arrivals of one scenario the plan schedules during the hold."""
    weights = {each: kind.weight for each, kind in profile.scenarios.items()}
    return profile.users * weights[name] / sum(weights.values()) * profile.rates()[name] * profile.hold / 60


def per_minute(profile: LoadProfile) -> str:
    """The plan's mean actions per minute of one user, as text."""
    return f"{profile.mean_actions_per_minute():.4g}"
