"""The answers of a feedback form: enough of them, fresh, accepted, and compared in whole numbers."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Attestation
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, start

DAY = 86_400.0
LIMIT = {"op": ">", "value": 80, "unit": "%"}


def plan(**more: Any) -> Plan:
    """The small plan with a criterion about answers only."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    document["phases"][0] |= {"deadline": "1w", "steps": [{"id": "all", "exposure": "everyone", "percent": 100}]}
    asked: dict[str, Any] = {
        "id": "liked",
        "phases": ["stage"],
        "states": "they like it",
        "source": "attestation",
        "max_age": "1d",
    }
    asked |= {"next": "ask", "metric": "feedback.satisfied_percent", "limit": LIMIT, "least": 10}
    document["criteria"] = [asked | more]
    return Plan.model_validate(document)


def imported(folder: Path, n: int, good: int, *, accepted: bool = True, at: float = NOW - 60) -> None:
    """One import of answers."""
    with start(folder, "attest", at=at) as journal:
        journal.append(
            Attestation(
                criterion="stage.liked",
                by="Kim",
                role="owner",
                statement="see sheet",
                accepted=accepted,
                answers=n,
                satisfied=good,
            )
        )


def found(folder: Path, now: float = NOW, **more: Any) -> Finding:
    """What the judge makes of the imports."""
    findings = decide(plan(**more), "stage", read_ledger([folder]), now).findings
    return next(each for each in findings if each.id == "stage.liked")


@pytest.mark.parametrize(
    ("n", "good", "verdict", "reason"),
    [
        (20, 17, "MET", "more than the limit"),
        (20, 16, "BROKEN", "below the limit"),
        (10, 9, "MET", "more than the limit"),
        (9, 9, "UNPROVEN", "9 answers, needs 10"),
        (9, 1, "UNPROVEN", "9 answers, needs 10"),
        (0, 0, "UNPROVEN", "invalid counts: 0 of 0 satisfied"),
        (5, 6, "UNPROVEN", "invalid counts: 6 of 5 satisfied"),
    ],
)
def test_a_share_of_satisfied_answers(tmp_path: Path, n: int, good: int, verdict: str, reason: str) -> None:
    """
    Equality is not met; too few answers say nothing, good or bad.
    """
    imported(tmp_path, n, good)
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.reason) == (verdict, reason)


def test_who_imports_good_answers_may_still_refuse(tmp_path: Path) -> None:
    """
    A refusal refuses, however many are satisfied.
    """
    imported(tmp_path, 20, 20, accepted=False)
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.reason) == ("BROKEN", "Kim (owner) refused: see sheet")


def refused(folder: Path, role: str = "tester", at: float = NOW - 30, finish: bool = True) -> None:
    """A refusal without forms, as `rollout attest stage.liked --refuse` writes it."""
    journal = start(folder, "attest", at=at)
    journal.append(Attestation(criterion="stage.liked", by="Sam", role=role, statement="they are lost", accepted=False))
    journal.finish() if finish else journal.abandon()


@pytest.mark.parametrize("finish", [True, False], ids=["whole", "cut short"])
@pytest.mark.parametrize("at", [NOW - 30, NOW - 5 * DAY], ids=["after the answers", "long before them"])
def test_a_refusal_without_forms_stands_beside_good_answers(tmp_path: Path, at: float, finish: bool) -> None:
    """
    Case 8: a refusal refuses, in its own words and without counts; answers that another role imports end it not.
    """
    imported(tmp_path, 20, 20)
    refused(tmp_path, at=at, finish=finish)
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.reason) == ("BROKEN", "Sam (tester) refused: they are lost")
    assert (finding.value, finding.attempts) == ("refused", 2)


def test_answers_of_the_role_that_refused_end_its_refusal(tmp_path: Path) -> None:
    """
    Case 8: who refused may come back with forms; without any, the refusal is all there is.
    """
    refused(tmp_path, role="owner", at=NOW - 90)
    assert found(tmp_path).verdict.name == "BROKEN"
    imported(tmp_path, 20, 20)
    assert found(tmp_path).verdict.name == "MET"


@pytest.mark.parametrize(
    ("age", "good", "verdict"), [(DAY, 20, "MET"), (DAY + 1, 20, "UNPROVEN"), (DAY + 1, 9, "BROKEN")]
)
def test_old_answers_prove_nothing_and_still_accuse(tmp_path: Path, age: float, good: int, verdict: str) -> None:
    """
    Beyond their age good ones are missing.
    """
    imported(tmp_path, 20, good, at=NOW - age)
    assert found(tmp_path).verdict.name == verdict


def test_the_newest_import_decides(tmp_path: Path) -> None:
    """
    All are counted as attempts.
    """
    imported(tmp_path, 20, 20, at=NOW - 90)
    imported(tmp_path, 20, 10)
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.attempts) == ("BROKEN", 2)


def test_the_numbers_of_the_answers(tmp_path: Path) -> None:
    """
    Share, size, what would flip it, and what so few support.
    """
    imported(tmp_path, 20, 18)
    finding = found(tmp_path)
    assert (finding.value, finding.number, finding.n, finding.n_unit) == ("90.0 % satisfied", 90.0, 20, "answers")
    assert finding.margin == "2 more unsatisfied answers would break it"
    assert finding.bound == "95 % sure that more than 72 % of all users are satisfied"
    imported(tmp_path, 20, 3)
    assert found(tmp_path).margin == ""
    imported(tmp_path, 20, 20)
    assert found(tmp_path).bound == "95 % sure that more than 86 % of all users are satisfied"


def test_a_signature_is_no_import(tmp_path: Path) -> None:
    """
    Nor is an import for another criterion, or one in a journal that was cut short.
    """
    assert found_nothing(
        tmp_path, Attestation(criterion="stage.liked", by="K", role="owner", statement="x", accepted=True)
    )
    other = Attestation(
        criterion="stage.other", by="K", role="owner", statement="x", accepted=True, answers=20, satisfied=20
    )
    assert found_nothing(tmp_path, other)
    journal = start(tmp_path, "attest")
    journal.append(
        Attestation(criterion="stage.liked", by="K", role="o", statement="x", accepted=True, answers=20, satisfied=20)
    )
    journal.abandon()
    assert found(tmp_path).reason == "no feedback was imported"


def found_nothing(folder: Path, said: Attestation) -> bool:
    """Whether a whole journal with this word is no import."""
    with start(folder, "attest") as journal:
        journal.append(said)
    return found(folder).reason == "no feedback was imported"
