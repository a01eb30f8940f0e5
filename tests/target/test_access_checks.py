"""What the checks of smoke/test_access.py say of backends that differ from ours and are right all the same."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import TestOutcome
from rollout.target.tokens import signed
from tests.permissions import recorder
from tests.permissions.walks import ON, TESTS, Walk, walk
from tests.target.allowed import USER
from xcodereviewer.target import LOGIN

ELSEWHERE = "http://127.0.0.2:4999/x"
ANSWER = recorder.answer
Change = Callable[[dict[str, Any]], dict[str, Any]]


def described(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let the recording server describe itself by paths that *change* made."""
    document = dict(recorder.document())
    document["paths"] = change(document["paths"])
    monkeypatch.setattr(recorder, "document", lambda: document)


def closed(method: str, path: str, authorization: str) -> tuple[int, Any]:
    """The recording server's answer, with every door closed to whoever shows no token at all."""
    open_to_all = authorization or path in (recorder.OPENAPI, LOGIN)
    return ANSWER(method, path, authorization) if open_to_all else (401, {"detail": "no token"})


def checked(folder: Path, *words: str) -> tuple[Walk, dict[str, TestOutcome]]:
    """A run of the checks of access against the recording server, and the outcome of each by its name."""
    done = walk("smoke", folder, ("probe",), "staging", *TESTS, "smoke/test_access.py", *words, *ON)
    records = [record for run in read_ledger([folder / "reports"]).runs for record in run.of(TestOutcome)]
    return done, {record.node.rpartition("::")[2]: record for record in records}


def test_a_token_may_call_its_owner_as_it_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An e-mail address as the subject of a token is no defect: who that is, the backend says itself.
    """
    claims = {"sub": USER["user_email"], "exp": int(time.time()) + 3600}
    monkeypatch.setattr(recorder, "token", lambda: signed(claims, recorder.KEY))
    done, outcomes = checked(tmp_path / "project", "-k", "good_token")
    assert {name: record.outcome for name, record in outcomes.items()} == {"test_a_good_token_is_let_in": "passed"}, (
        done.output
    )


def test_a_token_without_claims_accuses_nobody_of_a_weak_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nobody can forge an opaque token or read when it expires: the checks that need its claims are unproven, by one cause.
    """
    monkeypatch.setattr(recorder, "token", lambda: "opaque-8c1f5a0d")
    words = ("smoke/test_configuration.py", "-k", "forged or unsigned or for_ever or well_known")
    done, outcomes = checked(tmp_path / "project", *words)
    assert {record.outcome for record in outcomes.values()} == {"skipped"}, done.output
    assert {record.message for record in outcomes.values()} == {
        "access token: got no JSON web token, want three parts with claims in the second"
    }
    assert "test_a_well_known_key_opens_nothing" in outcomes


def test_a_document_without_administration_is_no_accusation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What nobody describes cannot be tried: the cause names the setting that tells of it.
    """
    described(monkeypatch, lambda paths: {path: item for path, item in paths.items() if "/auth/" in path})
    done, outcomes = checked(tmp_path / "project", "-k", "no_administrator")
    found = outcomes["test_a_plain_user_is_no_administrator"]
    assert found.obstacle is not None, done.output
    assert found.obstacle.cause == "the OpenAPI document names no operation for administrators"
    assert found.obstacle.way_out == "name them in `admin_operations` in targets/recorded.toml"


def test_an_address_of_another_origin_is_one_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The other operations are judged, what was found there is told, and nothing is broken by the address.
    """
    monkeypatch.setattr(recorder, "answer", closed)
    described(monkeypatch, lambda paths: {ELSEWHERE: {"get": {}, "post": {}}, **paths})
    done, outcomes = checked(tmp_path / "project", "-k", "every_operation_refuses")
    held_back = outcomes["test_every_operation_refuses[no token]"]
    let_in = outcomes["test_every_operation_refuses[garbage]"]
    causes = {record.obstacle.cause for record in outcomes.values() if record.obstacle}
    assert (held_back.outcome, let_in.outcome) == ("skipped", "failed"), done.output
    assert causes == {
        f"the OpenAPI document {recorder.OPENAPI} names an address of another origin: {ELSEWHERE}; nothing was sent there"
    }


def careless(method: str, path: str, authorization: str) -> tuple[int, Any]:
    """The recording server's answer, which closes its doors to strangers, but reads a body before the token."""
    if method == "GET" or path in (recorder.OPENAPI, LOGIN):
        return closed(method, path, authorization)
    return 422, {"detail": "no such body"}


def test_a_body_that_is_read_before_the_token_lets_nobody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whether the token would have been refused is not told: the operations are named as an obstacle.
    """
    monkeypatch.setattr(recorder, "answer", careless)
    done, outcomes = checked(tmp_path / "project", "-k", "every_operation_refuses")
    found = outcomes["test_every_operation_refuses[no token]"]
    assert found.obstacle is not None, done.output
    assert found.obstacle.cause.startswith("whether others are let in is not told by ")
    assert "(422)" in found.obstacle.cause


def test_a_password_that_is_not_right_breaks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    How long tokens last is not told by a sign-in that the backend refuses: the cause is that of every other check.
    """
    refused = (401, {"detail": "no"})
    monkeypatch.setattr(
        recorder, "answer", lambda method, path, told: refused if path == LOGIN else ANSWER(method, path, told)
    )
    done, outcomes = checked(tmp_path / "project", "-k", "good_token or for_ever")
    causes = {record.obstacle.cause.partition(": POST")[0] for record in outcomes.values() if record.obstacle}
    assert {record.outcome for record in outcomes.values()} == {"skipped"}, done.output
    assert causes == {"sign-in of the target's user"}
