"""
Rules for every judge: the worst place decides, failures of a starved target do not count, small samples prove nothing.
"""

from collections.abc import Callable
from dataclasses import replace

from rollout.judge.finding import Case, Finding
from rollout.judge.selection import places
from rollout.judge.slots import least_of
from rollout.judge.starved import without_starved
from rollout.judge.verdict import Verdict

Judge = Callable[[Case], Finding]


def worst_of_places(judge: Judge, case: Case) -> Finding:
    """The worst finding of any place that evidence is from: a pass in one place clears no failure in another."""
    found = [of_enough(judge, replace(case, runs=runs)) for runs in places(case.runs)]
    return max(found, key=lambda each: each.verdict)


def of_enough(judge: Judge, case: Case) -> Finding:
    """What *judge* finds; too small a sample proves nothing."""
    found = without_starved(judge, case)
    if found.verdict is not Verdict.MET or found.n >= least_of(case):
        return found
    return case.held_back(found, f"{found.n} {found.n_unit}, needs {least_of(case)}")
