"""Whether a load run proves anything: judged before any budget, each problem in its own words."""

from math import sqrt

from rollout.evidence.records import LoadException, LoadStopped, LoadWindow, LoadWorkers
from rollout.evidence.row import LATE_S
from rollout.judge.digits import apart
from rollout.judge.load_evidence import SETTLED_S, Attempt
from rollout.judge.share_budget import at_most
from rollout.judge.two_releases import words
from rollout.plan.load_shape import passed

ACHIEVED_PERCENT = 95
LATE_PERCENT = 1
CPU_PERCENT = 85
UNSENT, LATE = at_most(100 - ACHIEVED_PERCENT), at_most(LATE_PERCENT)


def faults(attempt: Attempt) -> list[str]:
    """
    Errors of the generator, worst first; a run with one can neither prove nor break a budget, but can fire a trigger.
    """
    found = [
        offline(attempt),
        exception(attempt),
        refused(attempt),
        workers(attempt),
        unsettled(attempt),
        cpu(attempt),
        achieved(attempt),
    ]
    found += [late(attempt), planned(attempt)]
    return [fault for fault in found if fault]


def gaps(attempt: Attempt) -> list[str]:
    """What is missing for a proof, in words; such a run can still break a budget."""
    if int(attempt.whole.total.sum()) == 0:
        return ["not one request was measured"]
    covered = attempt.window.planned.size
    if attempt.run.other_release:
        return [words(attempt.run)]
    if not attempt.complete:
        return [f"the run was cut short after {covered} s: its journal has no end"]
    if not attempt.opened:
        return ["the measured window never opened"]
    if attempt.facts.hold_s is None:
        return ["nobody said before how long to measure; run it --headless, with -t or the plan's hold"]
    if covered < attempt.facts.hold_s - 1:
        stopped = next(attempt.run.of(LoadStopped), None)
        why = f": stopped, because {stopped.reason}" if stopped else ""
        return [f"the run ended after {covered} of {attempt.facts.hold_s:g} s{why}"]
    return []


def offline(attempt: Attempt) -> str:
    """A generator whose own link was down: missing answers are then no evidence about the target."""
    if not (down := attempt.offline):
        return ""
    worker = max(down, key=lambda name: len(down[name]))
    return f"the generator's own link was down: {worker} for {len(down[worker])} s"


def refused(attempt: Attempt) -> str:
    """Requests that the rate limiter answered in place of the service: the run did not put it under the load asked for."""
    window = attempt.window
    count, total = int(window.refused.sum()), int((window.total + window.held_off).sum())
    return f"the rate limiter refused {count} of {total} requests" if count else ""


def exception(attempt: Attempt) -> str:
    """An exception in the generator, or a scenario whose users could not get ready."""
    first = next(attempt.run.of(LoadException), None)
    if first is None:
        return ""
    return (
        f"scenario {first.scenario} could not start: {first.text}"
        if first.scenario
        else f"the generator raised: {first.text}"
    )


def workers(attempt: Attempt) -> str:
    """Workers that were lost, or missing while the run was measured."""
    opened = False
    last = None
    for record in attempt.run.records:
        opened = opened or isinstance(record, LoadWindow)
        if isinstance(record, LoadWorkers):
            last = record
            if record.lost:
                return f"{len(record.lost)} of {record.expected} workers lost: {', '.join(record.lost)}"
        if opened and last is not None and last.present < last.expected:
            return f"only {last.present} of {last.expected} workers were there"
    return "" if last else "nobody recorded which workers there were"


def unsettled(attempt: Attempt) -> str:
    """Due requests without an outcome, because their generator died: it is unknown whether they were sent."""
    left = attempt.whole.unsettled
    over = left if attempt.complete else left[: max(0, left.size - SETTLED_S)]
    count = int(over.sum())
    return f"nobody knows what became of {count} requests that were due: their generator died" if count else ""


def cpu(attempt: Attempt) -> str:
    """A generator short of processor time measures itself: its own use and its waiting for others are added."""
    window, readings = attempt.window, attempt.run.readings
    seconds = window.start, window.start + window.planned.size
    for worker, told in readings.impossible().items():
        return f"nobody knows how busy the generator was: {worker} told {told}, which no share of a processor can be"
    used, waited, stolen = (
        readings.means(number, *seconds) for number in ("cpu_percent", "waited_percent", "steal_percent")
    )
    if not used:
        return "nobody recorded how busy the generator was" if window.planned.size > 2 else ""
    kept = {name: waited.get(name, 0.0) + stolen.get(name, 0.0) for name in used}
    worker = max(used, key=lambda name: used[name] + kept[name])
    if used[worker] + kept[worker] < CPU_PERCENT:
        return ""
    waiting = f" and {kept[worker]:.0f} % waiting for one" if kept[worker] >= 1 else ""
    return f"the generator was saturated: {worker} at {apart(used[worker], CPU_PERCENT, 0, 'f')} % CPU{waiting}, limit {CPU_PERCENT} %"


def achieved(attempt: Attempt) -> str:
    """Planned arrivals that the generator did not send, if they are too many."""
    sent, planned_ = int(attempt.window.sent.sum()), int(attempt.window.planned.sum())
    if sent_enough(sent, planned_):
        return ""
    return f"the generator sent {sent} of {planned_} planned arrivals, needs {ACHIEVED_PERCENT} %"


def sent_enough(sent: int, planned_: int) -> bool:
    """Whether so many *sent* arrivals of those planned are enough."""
    return UNSENT.kept(planned_ - sent, planned_)


def on_time(late_: int, sent: int) -> bool:
    """Whether so few of the *sent* arrivals were late."""
    return LATE.kept(late_, sent)


def late(attempt: Attempt) -> str:
    """Arrivals that left long after they were due."""
    count, sent = int(attempt.window.column("late").sum()), int(attempt.window.sent.sum())
    if on_time(count, sent):
        return ""
    percent = LATE.percent(count, sent, 1)
    return f"{percent} % of arrivals left more than {1000 * LATE_S:g} ms late, limit {LATE_PERCENT} %"


def planned(attempt: Attempt) -> str:
    """
    A schedule with fewer arrivals than the profile asks for, or more: missing load users, or seconds recorded twice.
    """
    seconds, found = attempt.window.planned.size, int(attempt.window.planned.sum())
    opened = next(attempt.run.of(LoadWindow), None)
    began = (
        max(0, attempt.window.start - opened.first) if opened else 0
    )  # later than the hold where a trigger was cleared
    full_rate_s = passed(attempt.facts.pace, began + seconds) - passed(attempt.facts.pace, began)
    wanted = attempt.facts.users * attempt.facts.actions_per_minute * full_rate_s / 60
    least, chance = ACHIEVED_PERCENT / 100 * wanted, 3 * sqrt(wanted)
    if least - chance <= found <= 2 * wanted - least + chance:
        return ""
    why = "load users were missing" if found < wanted else "seconds were told twice, or load users too many"
    return f"{found} arrivals were on the schedule, the profile asks for {wanted:.0f}: {why}"
