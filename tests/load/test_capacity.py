"""The capacity search climbs until a budget breaks, and never blames the target for the generator."""

import xml.etree.ElementTree as ET

import pytest

from reports.charts.lines import lines
from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.locust_plugin.controller.capacity_search import (
    MOST_PER_USER,
    STEP_S,
    CapacitySearch,
    length_s,
    search_steps,
)
from rollout.locust_plugin.controller.load_recorder import LINK, REFUSED
from tests.judge.loads import PLAN, START

STEPS = search_steps(60)
FULL = 20.0


def climbed(holds_until: float, *, sent_percent: float = 100, left_out: str = "") -> tuple[CapacitySearch, str]:
    """A search on a target whose answers are slow from some rate on; *left_out* is why two seconds do not count."""
    cases = [Case(PLAN.criterion(f"stage.{name}"), PLAN.phase("stage"), (), START + 9.0) for name in ("errors", "fast")]
    found = CapacitySearch(cases, STEPS, FULL, (500.0, 1000.0))
    for at in range(int(length_s(STEPS)) + 10):
        rate = int(FULL * STEPS[min(at // STEP_S, len(STEPS) - 1)][1])
        slow = rate if rate > holds_until else 0
        row = Row(due=rate, n=rate, total_ms=rate * 40.0, slow=[slow, 0])
        found.see(START + at, {"projects.list": row}, rate, int(rate * sent_percent / 100))
        if left_out and at in (3, 5):
            found.offline(START + at, left_out)
        if reason := found.certain(START, START + at):
            return found, reason
    return found, ""


def test_no_user_is_asked_to_act_faster_than_a_user_may() -> None:
    """
    The steps end where one user would act more often than targets allow one user.
    """
    assert STEPS[0] == (0.0, 0.5)
    assert 60 * STEPS[-1][1] <= MOST_PER_USER < 60 * STEPS[-1][1] * 1.25


def test_the_last_step_within_every_budget_is_the_capacity() -> None:
    """
    A target that is slow above 40 arrivals a second: the step below is found, and the search stops at once.
    """
    found, reason = climbed(40)
    assert found.highest is not None
    assert 32 <= found.highest.per_second <= 40
    assert "fast did not hold" in reason
    assert len(found.steps) < len(STEPS)


def test_a_saturated_generator_says_nothing_about_the_target() -> None:
    """
    Arrivals that were never sent end the search without a broken budget.
    """
    found, reason = climbed(1e9, sent_percent=80)
    assert found.highest is None
    assert "the generator was at its limit" in reason


@pytest.mark.parametrize("why", [LINK, REFUSED])
def test_a_step_with_seconds_that_do_not_count_ends_the_search_by_their_reason(why: str) -> None:
    """
    A rate limiter that refused is no link that was down.
    """
    found, reason = climbed(1e9, left_out=why)
    assert found.highest is None
    assert reason.endswith(f"{why} for 2 s")


def test_a_target_that_bears_everything_leaves_the_end_open() -> None:
    """
    Every step holds: the highest one is at least the capacity.
    """
    found, reason = climbed(1e9)
    assert reason == ""
    assert len(found.steps) == len(STEPS)


@pytest.mark.parametrize("log_x", [True, False])
def test_the_plot_is_a_document_of_its_own(log_x: bool) -> None:
    """
    Well-formed, with its words escaped, its limit drawn and points that are no numbers left out.
    """
    points = [(1, 5), (2, float("nan")), (10, 50)]
    root = ET.fromstring(lines("<a & b>", ("x", "y"), {"mean": points}, (20, "limit <"), log_x))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    symbols = next(group for group in root.iterfind(".//{*}g") if "mark-symbol" in group.get("class", ""))
    assert len(symbols.findall("{*}path")) == 2
    words = [element.text for element in root.findall(".//{*}text")]
    assert {"<a & b>", "limit <", "x", "y"} <= set(words)


@pytest.mark.parametrize("points", [[], [(3.0, 4.0)]], ids=["no point", "one point"])
def test_a_plot_of_next_to_nothing_is_drawn(points: list[tuple[float, float]]) -> None:
    """
    A search that ended before or after its first step leaves a plot all the same.
    """
    root = ET.fromstring(lines("t", ("x", "y"), {"mean": points}, log_x=True))
    assert not any("NaN" in value for node in root.iter() for value in node.attrib.values())
