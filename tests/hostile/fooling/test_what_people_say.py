"""Cases 8 and 15: signatures need people, a refusal refuses, and an override can be taken back."""

import shutil
from pathlib import Path

import pytest

from rollout.evidence.records import Attestation, Override, Revoke
from tests.evidence.raw import spoiled
from tests.judge.ledgers import NOW, everything, judged, reason, run_of_tests, signatures, verdict
from tests.judge.statements import say

DAY = 86400.0


def signed(role: str, by: str, statement: str = "fine", accepted: bool = True) -> Attestation:
    """A word about `stage.signed`."""
    return Attestation(criterion="stage.signed", by=by, role=role, statement=statement, accepted=accepted)


@pytest.mark.parametrize("other", ["Kim", "kim", " Kim "])
def test_one_name_in_every_role_is_one_signature(tmp_path: Path, other: str) -> None:
    """
    Case 8: each role needs another person.
    """
    say(tmp_path, signed("owner", "Kim"), signed("tester", other))
    decision = judged(tmp_path)
    assert verdict(decision, "signed") == "UNPROVEN"
    assert reason(decision, "signed").endswith("signed as owner and as tester: each role needs another person")


@pytest.mark.parametrize("other", ["K\u0456m", "K\u200dim", "\uff2bim", "Kím"])
def test_a_name_that_only_looks_like_another_is_no_second_person(tmp_path: Path, other: str) -> None:
    """
    Case 8: a Cyrillic letter, a joiner, a wide letter or an accent makes no second person, also in a journal made by hand.
    """
    say(tmp_path, signed("owner", "Kim"), signed("tester", other))
    assert verdict(judged(tmp_path), "signed") == "UNPROVEN"


@pytest.mark.parametrize(
    ("by", "statement"),
    [
        ("Kim", ""),
        ("Kim", " "),
        ("Kim", "\u200b"),
        ("", "fine"),
        ("\u200b", "fine"),
        ("-", "fine"),
        ("K\u13a5m", "fine"),
        ("D\u1d0fe", "fine"),
    ],
)
def test_consent_without_a_reason_or_a_name_does_not_count(tmp_path: Path, by: str, statement: str) -> None:
    """
    Case 8: an empty statement signs nothing.
    """
    say(tmp_path, signed("owner", by, statement), signed("tester", "Bo"))
    assert reason(judged(tmp_path), "signed") == "not signed by: owner"


def test_a_refusal_needs_no_reason_and_does_not_grow_old(tmp_path: Path) -> None:
    """
    Case 18: a refusal of last week stands until the same role signs.
    """
    say(tmp_path, signed("owner", "Kim", "", accepted=False), at=NOW - 5 * DAY)
    assert verdict(judged(tmp_path), "signed") == "BROKEN"
    signatures(tmp_path, "owner", "tester")
    assert verdict(judged(tmp_path), "signed") == "MET"


def test_consent_that_has_grown_old_is_missing(tmp_path: Path) -> None:
    """
    Case 18: what people signed proves something for as long as the plan says.
    """
    signatures(tmp_path, "owner", "tester", at=NOW - 3 * DAY)
    assert reason(judged(tmp_path), "signed") == "not signed by: owner, tester"


def test_a_refusal_cannot_be_revoked(tmp_path: Path) -> None:
    """
    Case 8: only consent is taken back; a refusal ends when the role signs.
    """
    path = say(tmp_path, signed("owner", "Kim", "no", accepted=False), at=NOW - 120)
    say(tmp_path, Revoke(of=path.stem, by="Bo", role="owner", statement="never mind"))
    assert verdict(judged(tmp_path), "signed") == "BROKEN"


def cut(path: Path) -> Path:
    """The journal without its last record, as one that was cut short."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    return path


def test_a_refusal_in_a_journal_that_was_cut_short_refuses(tmp_path: Path) -> None:
    """
    Case 8: what accuses counts without its end; consent does not.
    """
    signatures(tmp_path, "owner", "tester")
    cut(say(tmp_path, signed("owner", "Kim", "no", accepted=False)))
    assert verdict(judged(tmp_path), "signed") == "BROKEN"
    cut(say(tmp_path, signed("owner", "Kim"), at=NOW - 30))
    assert verdict(judged(tmp_path), "signed") == "BROKEN"
    say(tmp_path, signed("owner", "Kim"), at=NOW - 20)
    assert verdict(judged(tmp_path), "signed") == "MET"


def test_consent_can_be_revoked(tmp_path: Path) -> None:
    """
    Case 15: a signature that was taken back is missing.
    """
    everything(tmp_path)
    path = say(tmp_path, signed("owner", "Ada"), signed("tester", "Bo"), at=NOW - 120)
    for of in (path.stem, *(each.stem for each in tmp_path.glob("*-attest-*"))):
        say(tmp_path, Revoke(of=of, by="Ada", role="owner", statement="I looked again"))
    assert verdict(judged(tmp_path), "signed") == "UNPROVEN"


def override(until: float = NOW + DAY, why: str = "the owner accepts it") -> Override:
    """Somebody's word to go on."""
    return Override(phase="stage", by="Kim", why=why, until=until)


@pytest.mark.parametrize("by_name", [True, False], ids=["by its journal", "all overrides"])
def test_a_revoked_override_opens_nothing(tmp_path: Path, by_name: bool) -> None:
    """
    Case 15: the exit code is that of the findings again.
    """
    path = say(tmp_path, override(), at=NOW - 120)
    assert judged(tmp_path).exit_code == 40
    say(tmp_path, Revoke(of=path.stem if by_name else "override", by="Ada", role="owner", statement="no longer"))
    assert judged(tmp_path).exit_code == 30
    say(tmp_path, override(), at=NOW - 30)
    assert judged(tmp_path).exit_code == 40


def test_a_revocation_without_a_reason_revokes_nothing(tmp_path: Path) -> None:
    """
    Case 15: it needs a name and a reason, like everything that people say.
    """
    say(tmp_path, override(), at=NOW - 120)
    say(tmp_path, Revoke(of="override", by="Ada", role="owner", statement=""))
    assert judged(tmp_path).exit_code == 40


@pytest.mark.parametrize("said", [override(until=NOW - 1), override(why=" ")], ids=["it ran out", "it says no reason"])
def test_an_override_that_does_not_stand_opens_nothing(tmp_path: Path, said: Override) -> None:
    """
    Case 15: it is judged at the moment of asking.
    """
    say(tmp_path, said)
    assert judged(tmp_path).exit_code == 30


def test_a_revocation_in_a_journal_that_was_cut_short_revokes(tmp_path: Path) -> None:
    """
    Case 15: it lets nothing through, so it needs no end; cutting it off brings no override back.
    """
    say(tmp_path, override(), at=NOW - 120)
    assert judged(tmp_path).overridden
    cut(say(tmp_path, Revoke(of="override", by="Ada", role="owner", statement="too early")))
    assert not judged(tmp_path).overridden


@pytest.mark.parametrize("spoil", ["deleted", "sealed anew", "emptied", "renamed", "with its register"])
def test_a_revocation_that_is_gone_brings_no_override_back(tmp_path: Path, spoil: str) -> None:
    """
    Cases 13 and 15: while a journal of what people said is in doubt no override stands, for what took it back may be gone.
    """
    signatures(tmp_path, "owner")
    say(tmp_path, override(), at=NOW - 120)
    path = say(tmp_path, Revoke(of="override", by="Ada", role="owner", statement="too early"))
    run_of_tests(tmp_path)
    match spoil:
        case "deleted":
            path.unlink()
        case "sealed anew":
            spoiled(path, "revoke", of="nothing")
        case "emptied":
            path.write_bytes(b"")
        case "renamed":
            path.rename(path.with_name(path.name.replace("attest", "pytest")))
        case _:
            (register,) = tmp_path.glob("register-*.log")
            lines = register.read_bytes().splitlines(keepends=True)
            register.write_bytes(b"".join(line for line in lines if path.stem.encode() not in line))
            path.unlink()
    assert not judged(tmp_path).overridden


def test_an_override_stands_though_a_measurement_is_in_doubt(tmp_path: Path) -> None:
    """
    Case 15, the other way: a journal of the tests that is gone is what a person may accept by name.
    """
    signatures(tmp_path, "owner")
    run_of_tests(tmp_path).unlink()
    say(tmp_path, override(), at=NOW - 120)
    assert judged(tmp_path).overridden


@pytest.mark.parametrize("spoil", ["alone", "renamed", "copied"])
def test_an_override_from_a_file_in_doubt_lets_nothing_through(tmp_path: Path, spoil: str) -> None:
    """
    Case 13: a journal without the register that it was written beside, or under another name, opens nothing.
    """
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        signatures(folder, "owner")
    path = say(elsewhere, override(), at=NOW - 30)
    name = path.name if spoil != "renamed" else path.name.replace("attest", "pytest")
    shutil.copy(path, here / name)
    if spoil != "alone":
        shutil.copytree(elsewhere, here, dirs_exist_ok=True, ignore=lambda _, names: {path.name} & set(names))
    decision = judged(here)
    assert decision.overridden is (spoil == "copied")
