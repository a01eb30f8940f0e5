"""Users' own traffic: what slots with counts of their requests prove, and what they accuse."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Requests
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from tests.judge.ledgers import NOW, criterion, slots, users_slots

WINDOW_H = 4
WHOLE = WINDOW_H * 120 + 1  # slots of 30 s, at both ends
DAY = {"max_age": "3d", "support": "required", "slice": "30s", "liveness": "service.available_percent"}


def users(name: str, metric: str, op: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A criterion on users' traffic."""
    return criterion(name, "metric", metric=metric, limit={"op": op, "value": value, "unit": unit}, **{**DAY, **more})


def plan(**more: Any) -> Plan:
    """A phase that is watched for four hours."""
    step = {"id": "all", "exposure": "everyone", "percent": 100, "monitor": f"{WINDOW_H}h"}
    phase = {
        **{"id": "stage", "title": "Stage", "week": "1", "objective": "it works", "deadline": "1w", "rollback": "back"},
        "steps": [step],
    }
    watched = {"op": ">=", "value": WINDOW_H, "unit": "h"}
    return Plan.model_validate(
        {
            **{"schema_version": 1, "title": "Users", "overview": "One stage", "phases": [phase]},
            "criteria": [
                users("errors", "users.failed_percent", "<", 1, "%", **more),
                users("fast", "users.p95_ms", "<", 500, "ms", **more),
                users("served", "users.served_percent", ">", 99, "%", **more),
                criterion("watched", "metric", metric="window.covered_hours", limit=watched, max_age="3d"),
            ],
        }
    )


def found(folder: Path, name: str, now: float = NOW, **more: Any) -> Finding:
    """The finding about one criterion."""
    decision = decide(plan(**more), "stage", read_ledger([folder]), now)
    return next(finding for finding in decision.findings if finding.id == f"stage.{name}")


def seen(failed: int = 0, slow: int = 0, n: int = 100) -> Requests:
    """The requests of half a minute."""
    return Requests(n=n, failed=failed, over={"250": min(n, slow + failed), "500": slow})


GOOD = [seen()] * WHOLE


@pytest.mark.parametrize("name", ["errors", "fast", "served"])
def test_a_whole_window_of_good_traffic_is_met(tmp_path: Path, name: str) -> None:
    """
    Four hours without a fault make 1 % and 5 % certain.
    """
    users_slots(tmp_path, GOOD)
    finding = found(tmp_path, name)
    assert (finding.verdict.name, finding.n) == ("MET", WHOLE if name == "served" else 100 * WHOLE)


@pytest.mark.parametrize("name", ["errors", "fast", "served"])
def test_nobody_watches_and_it_says_so(tmp_path: Path, name: str) -> None:
    """
    Case 24: slots without counts of users' requests prove nothing; the finding says what is missing and what to do.
    """
    slots(tmp_path, [1.0] * 120)
    finding = found(tmp_path, name)
    assert finding.verdict.name == "UNPROVEN"
    assert (
        "nobody watches users' traffic yet: it needs `rollout watch` with a source of users' traffic" in finding.reason
    )
    assert finding.next.endswith("rollout watch stage --for 4h")


@pytest.mark.parametrize(
    ("name", "count", "says"),
    [
        pytest.param("errors", seen(failed=5), "5.00 % failed (2405 of 48100)", id="errors"),
        pytest.param("fast", seen(slow=20), "20.00 % took 500 ms or more, or failed", id="slow"),
        pytest.param("served", seen(failed=100), "not served in", id="nobody served"),
    ],
)
def test_what_is_certainly_bad_is_broken_before_the_window_is_over(
    tmp_path: Path, name: str, count: Requests, says: str
) -> None:
    """
    The bet on broken has won, and the literal budget is gone.
    """
    users_slots(tmp_path, [count] * WHOLE)
    assert (found(tmp_path, name).verdict.name, says in found(tmp_path, name).value) == ("BROKEN", True)
    users_slots(tmp_path / "early", [count] * (WHOLE // 4))
    early = found(tmp_path / "early", name)
    assert (early.verdict.name, "beyond doubt" in early.reason) == ("BROKEN", True)


def test_a_break_accuses_only_while_the_literal_budget_is_gone_too(tmp_path: Path) -> None:
    """
    Half a minute that failed: the bet has won, of 2 100 requests 4.8 % failed, and of 48 000 at the end 0.2 %.
    """
    bad = seen(failed=100)
    users_slots(tmp_path / "early", [bad, *[seen()] * 20])
    assert found(tmp_path / "early", "errors").verdict.name == "BROKEN"
    users_slots(tmp_path / "late", [bad, *[seen()] * (WHOLE - 1)])
    assert found(tmp_path / "late", "errors").reason.startswith("kept, but not certain: about")


def test_the_budget_of_time_is_that_of_the_whole_window(tmp_path: Path) -> None:
    """
    Of the 480 slices of the window four may fail, the fifth breaks it, though only 45 of them are over.
    """
    bad = seen(failed=100)
    for number, verdict in ((1, "UNPROVEN"), (4, "UNPROVEN"), (5, "BROKEN")):
        users_slots(tmp_path / str(number), [*[bad] * number, *[seen()] * 40])
        assert found(tmp_path / str(number), "served").verdict.name == verdict


def test_a_window_that_is_not_over_is_not_met(tmp_path: Path) -> None:
    """
    The budget is about the whole window: half a minute too few is UNPROVEN.
    """
    users_slots(tmp_path, GOOD[:-1])
    assert (found(tmp_path, "errors").verdict.name, found(tmp_path, "errors").reason) == (
        "UNPROVEN",
        "kept so far: 30 s more to watch",
    )


def test_too_little_traffic_is_not_certain(tmp_path: Path) -> None:
    """
    Users came in 300 of 481 slices: 455 are needed for 1 %, whatever the number of requests.
    """
    users_slots(tmp_path, [*[seen(n=0)] * 181, *[seen(n=1000)] * 300])
    finding = found(tmp_path, "errors")
    assert finding.verdict.name == "UNPROVEN"
    assert "155 more slices" in finding.reason


def test_slices_in_which_nobody_was_due_are_left_out(tmp_path: Path) -> None:
    """
    Before the first user nothing is due: silence there is neither good nor bad.
    """
    users_slots(tmp_path, [*[seen(n=0)] * 21, *[seen()] * 460])
    assert (found(tmp_path, "served").verdict.name, found(tmp_path, "served").n) == ("MET", 460)


def test_silence_while_users_are_due_is_bad_for_the_proof(tmp_path: Path) -> None:
    """
    Thirty silent slices in an hour that had requests: not proven, and said.
    """
    users_slots(tmp_path, [*[seen()] * 451, *[seen(n=0)] * 30])
    for name in ("errors", "fast", "served"):
        finding = found(tmp_path, name)
        assert finding.verdict.name == "UNPROVEN"
        assert "30 slices were silent though the hour before had requests" in finding.reason


def test_silence_accuses_only_where_the_probe_failed_too(tmp_path: Path) -> None:
    """
    Users may have gone home; a service that does not answer its probe either was down.
    """
    counts = [*[seen()] * 451, *[seen(n=0)] * 30]
    users_slots(tmp_path, counts, probes=[*[1.0] * 451, *[0.0] * 30])
    assert found(tmp_path, "served").verdict.name == "BROKEN"


def test_what_may_be_slow_and_failed_at_once_neither_proves_nor_accuses(tmp_path: Path) -> None:
    """
    3 failed and 3 slow ones of 100 are 3 % if they are the same, 6 % if not: not kept, and not broken.
    """
    users_slots(tmp_path, [Requests(n=100, failed=3, over={"500": 3})] * WHOLE)
    finding = found(tmp_path, "fast")
    assert (finding.verdict.name, finding.reason) == ("UNPROVEN", "the budget < 500 ms is not kept so far")


def test_a_limit_that_the_source_does_not_count_is_not_guessed(tmp_path: Path) -> None:
    """
    Between two edges of a histogram nothing is interpolated.
    """
    users_slots(tmp_path, [Requests(n=100, failed=0, over={"250": 9, "1000": 0})] * WHOLE)
    assert found(tmp_path, "fast").reason.startswith("the source counts slower requests at 250, 1000 ms, not at 500 ms")
    assert found(tmp_path, "errors").verdict.name == "MET"


@pytest.mark.parametrize(
    ("count", "says"),
    [
        pytest.param(Requests(n=1, failed=2), "nobody watches", id="more failed than all"),
        pytest.param(Requests(n=1, failed=0, over={"500": 2}), "nobody watches", id="more slow ones than all"),
    ],
)
def test_counts_that_contradict_themselves_are_none(tmp_path: Path, count: Requests, says: str) -> None:
    """
    A part larger than the whole is no sample.
    """
    users_slots(tmp_path, [count] * WHOLE)
    assert says in found(tmp_path, "errors").reason


def test_a_source_that_errs_leaves_it_unproven(tmp_path: Path) -> None:
    """
    Five counts in a row that could not be taken.
    """
    users_slots(tmp_path, [*GOOD[:-5], *[None] * 5])
    finding = found(tmp_path, "errors")
    assert (finding.verdict.name, "5 samples in a row are missing" in finding.reason) == ("UNPROVEN", True)


def test_a_monitor_that_was_cut_short_does_not_prove(tmp_path: Path) -> None:
    """
    A journal without its end may have lost what came next.
    """
    users_slots(tmp_path, GOOD, finish=False)
    assert found(tmp_path, "errors").reason == "the monitor was cut short"


def test_shorter_rounds_add_up_to_slices(tmp_path: Path) -> None:
    """
    Looks every 10 s give slices of 30 s, not more certainty.
    """
    users_slots(tmp_path, [seen(n=30)] * (WHOLE * 3), every=10.0)
    assert found(tmp_path, "served").n == WHOLE


ROLLBACK = {"op": ">", "value": 5, "unit": "%"}


@pytest.mark.parametrize(("bad", "fires"), [(2, False), (3, True)])
def test_an_outage_fires_after_half_a_minute_where_looks_are_10_s_apart(tmp_path: Path, bad: int, fires: bool) -> None:
    """
    Three looks in a row without one good answer, though a slice of the plan takes 30 s.
    """
    users_slots(tmp_path, [*[seen()] * 200, *[seen(failed=100)] * bad, *[seen()] * 200], every=10.0)
    assert (with_trigger(tmp_path).verdict.name == "TRIGGERED") is fires


def with_trigger(folder: Path) -> Finding:
    """The finding about the error rate, where more than 5 % call for a rollback."""
    document = plan().model_dump(mode="json", exclude_none=True)
    document["criteria"] = [{**item, "max_age": "3d"} for item in document["criteria"]]
    document["phases"][0] |= {"deadline": "1w", "steps": [{**document["phases"][0]["steps"][0], "monitor": "4h"}]}
    for item in document["criteria"]:
        item |= {"slice": "30s"} if "slice" in item else {}
    document["criteria"][0]["trigger"] = ROLLBACK
    decision = decide(Plan.model_validate(document), "stage", read_ledger([folder]), NOW)
    return next(finding for finding in decision.findings if finding.id == "stage.errors")


@pytest.mark.parametrize(
    ("bad", "fires"),
    [
        pytest.param([seen(failed=30)] * 3, True, id="three slices in a row"),
        pytest.param([seen(failed=100)] * 2, False, id="a minute"),
        pytest.param([seen(failed=100), seen(), seen(failed=100), seen()] * 2, False, id="never three in a row"),
        pytest.param([seen(failed=100), None, seen(failed=100), None, seen(failed=100)], False, id="not counted"),
        pytest.param([seen(failed=9, n=9)] * 3, False, id="fewer than ten requests"),
        pytest.param([seen(failed=5)] * 9, False, id="equal to the trigger"),
        pytest.param([seen(failed=100), seen(failed=100), seen(failed=5)], False, id="the third is equal to it"),
        pytest.param([seen(failed=100), seen(failed=100), seen(failed=6)], True, id="the third is beyond it"),
    ],
)
def test_a_certain_and_lasting_break_calls_for_a_rollback(
    tmp_path: Path, bad: list[Requests | None], fires: bool
) -> None:
    """
    The rule of a load's trigger, with a slice of 30 s in the place of its 10 s.
    """
    users_slots(tmp_path, [*[seen()] * (WHOLE - 20 - len(bad)), *bad, *[seen()] * 20])
    assert (with_trigger(tmp_path).verdict.name == "TRIGGERED") is fires


def test_a_trigger_quotes_the_window_that_fired(tmp_path: Path) -> None:
    """
    Its own numbers, when it was and how long it took, in which step, in the finding; and nothing of the whole time.
    """
    users_slots(tmp_path, [*[seen()] * 100, *[seen(failed=50)] * 3, *[seen()] * 100])
    finding = with_trigger(tmp_path)
    until = NOW - 101 * 30
    assert finding.reason.startswith(
        "150 of 600 requests of users failed in 180 s until 2027-01-15 07:09:30 UTC, in step"
    )
    assert finding.reason.endswith(
        "all: trigger > 5 %; which ones is not known: the source of users' traffic counts no names"
    )
    assert (finding.value, finding.number, finding.n) == ("25.00 % failed (150 of 600 in 180 s)", 25.0, 600)
    assert (finding.window, finding.margin, finding.fired) == ("3 min", "", (until - 180, until))


def test_a_trigger_before_the_window_stands(tmp_path: Path) -> None:
    """
    Four good hours later the release is still to be rolled back, until a person clears it.
    """
    users_slots(tmp_path, [*[seen(failed=50)] * 3, *[seen()] * (WHOLE + 10)])
    assert with_trigger(tmp_path).verdict.name == "TRIGGERED"


QUIET, HOUR = seen(n=0), 120


@pytest.mark.parametrize(
    ("silent", "bad"),
    [(HOUR - 1, HOUR - 1), (HOUR, HOUR), (HOUR + 1, HOUR), (3 * HOUR, HOUR)],
    ids=["within the hour", "the hour itself", "a slice longer", "a night"],
)
def test_users_are_due_for_an_hour_after_their_last_request(tmp_path: Path, silent: int, bad: int) -> None:
    """
    A silent slice is bad where the hour before it had a request; later ones are skipped, and so is the rest of a night.
    """
    users_slots(tmp_path, [*[seen()] * 20, *[QUIET] * silent, *[seen()] * 20])
    finding = found(tmp_path, "served")
    assert finding.n == 40 + bad
    assert f"({bad} of {40 + bad})" in finding.value


def test_the_hour_before_a_window_belongs_to_it(tmp_path: Path) -> None:
    """
    Users came until the window began, and then nobody for an hour and a quarter: the first hour of it is bad.
    """
    quiet = [*[QUIET] * 150, *[seen()] * (WHOLE - 150)]
    users_slots(tmp_path / "nobody", quiet)
    assert found(tmp_path / "nobody", "served").n == WHOLE - 150
    users_slots(tmp_path / "came", [*[seen()] * 60, *quiet])
    finding = found(tmp_path / "came", "served")
    assert (finding.n, finding.verdict.name) == (WHOLE - 150 + HOUR, "UNPROVEN")


def test_a_slice_of_several_looks_is_due_as_a_whole(tmp_path: Path) -> None:
    """
    Looks 10 s apart: of three in a slice the first is still within the hour, so the slice is silent and bad, once.
    """
    looks = [*[seen(n=30)] * 3, *[QUIET] * 400, *[seen(n=30)] * 3]
    users_slots(tmp_path, looks, every=10.0)
    finding = found(tmp_path, "served")
    assert "(120 of 123)" in finding.value


@pytest.mark.parametrize("name", ["errors", "fast", "served"])
def test_a_window_without_any_request_says_so(tmp_path: Path, name: str) -> None:
    """
    Nobody came: nothing is kept, nothing is broken, and no share is told.
    """
    users_slots(tmp_path, [QUIET] * WHOLE)
    finding = found(tmp_path, name)
    assert (finding.verdict.name, finding.reason) == ("UNPROVEN", "not one request of users was seen")
    assert (finding.value, finding.number, finding.n) == ("no request", None, 0)


def test_a_single_request_that_failed_is_beyond_the_budget(tmp_path: Path) -> None:
    """
    One of one, once the whole window was watched.
    """
    users_slots(tmp_path, [seen(failed=1, n=1), *[seen(n=0)] * (WHOLE - 1)])
    errors = found(tmp_path, "errors")
    assert (errors.verdict.name, errors.n, errors.number) == ("BROKEN", 1, 100.0)
