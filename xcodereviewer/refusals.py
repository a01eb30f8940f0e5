"""Who was let in, and who was refused in another way than agreed: different defects, told apart and in full."""

import httpx

from rollout.target.answer import asked
from xcodereviewer.disclosure import disclosed
from xcodereviewer.fuzz import as_curl

OTHER_REFUSAL = 400  # some deployments say this to a bad token: refused all the same
UNTOLD = (405, 415, 422, 429)  # the request did not get as far as the question who asks


class Complaint(str):
    """What is wrong about one answer, in words; *what* it is about, in a few."""

    what = ""


class LetIn(Complaint):
    """A request that should have been refused and was not."""

    what = "let in"


class Failed(Complaint):
    """A request that should have been refused and ended in a server error."""

    what = "ended in a server error"


class RefusedOtherwise(Complaint):
    """A request that was refused, but with the wrong status."""

    what = f"refused, but with {OTHER_REFUSAL}"


class GaveAway(Complaint):
    """A refusal that tells of the inside of the program."""

    what = "refused, and gave something away"


KINDS = (LetIn, Failed, RefusedOtherwise, GaveAway)


def complaint(answer: httpx.Response, want: tuple[int, ...]) -> Complaint | None:
    """What is wrong about the answer to somebody who should be refused; None where nothing is."""
    if answer.status_code in want:
        secret = disclosed(answer)
        words = f"got {answer.status_code} with {secret!r}, want nothing of the inside"
        return told(GaveAway, answer, words) if secret else None
    kind = RefusedOtherwise if answer.status_code == OTHER_REFUSAL else Failed if answer.is_server_error else LetIn
    return told(kind, answer, f"got {answer.status_code}, want {' or '.join(map(str, want))}")


def told(kind: type[Complaint], answer: httpx.Response, words: str) -> Complaint:
    """A complaint with the command that repeats it."""
    return kind(f"{asked(answer.request)}: {words}; {as_curl(answer.request)}")


def summary(found: list[str], count: int) -> str:
    """Every complaint, those that were let in first."""
    by_kind = ((kind, [each for each in found if isinstance(each, kind)]) for kind in KINDS)
    parts = [f"{len(each)} of {count} operations {kind.what}: {'; '.join(each)}" for kind, each in by_kind if each]
    return "; ".join(parts)
