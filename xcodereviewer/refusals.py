"""Was somebody let in? What is wrong about the answer to whoever should be refused, told apart and in full."""

import re

import httpx

from rollout.target.answer import Unexpected, asked
from rollout.target.curl import as_curl
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API
from xcodereviewer.disclosure import disclosed

REFUSED = (401, 403)
OTHER_REFUSAL = 400  # some deployments say this to a bad token: refused all the same
TURNED_AWAY = (OTHER_REFUSAL, *REFUSED)
UNTOLD = (405, 415, 422, 429)  # the request did not get as far as the question who asks
OF_TOKENS = f"{API}/auth/me"  # a read without parameters and body: what it refuses is the token
OF_ROLES = f"{API}/monitoring/health"
VARYING = re.compile(r"\S*\d\S*")  # ids and times in an answer


class Complaint(str):
    """What is wrong about one answer, in words; *what* it is about, in a few."""

    what = ""


class LetIn(Complaint):
    """A request that should have been refused and was not."""

    what = "let in"


class ServerFailed(Complaint):
    """A request that should have been refused and ended in a server error."""

    what = "ended in a server error"


class GaveAway(Complaint):
    """A refusal that tells of the inside of the program."""

    what = "refused, and gave something away"


KINDS = (LetIn, ServerFailed, GaveAway)


class Refusal:
    """
    How a backend refuses: 401 or 403, or 400 in the words in which it refuses the read at *path*.

    Another 400 may be about a body or a parameter, and says nothing about whoever asked. Whether the status is the
    published one is a question of its own: integration/test_refusals.py.
    """

    def __init__(self, client: RawClient, path: str = OF_TOKENS, token: str | None = None) -> None:
        answer = client.ask("GET", path, token)
        self.words = said(answer) if answer.status_code == OTHER_REFUSAL else None

    def covers(self, answer: httpx.Response) -> bool:
        """Whether *answer* refuses whoever asked."""
        if answer.status_code in REFUSED:
            return True
        return answer.status_code == OTHER_REFUSAL and said(answer) == self.words


def expect_refused(answer: httpx.Response, *want: int) -> None:
    """A refusal by one of the statuses *want*; the message tells who was let in from who was refused with another."""
    __tracebackhide__ = True
    if answer.status_code in want:
        return
    wanted = " or ".join(map(str, want))
    if answer.status_code in TURNED_AWAY:
        raise Unexpected(f"{asked(answer.request)}: refused, with {answer.status_code} in place of {wanted}", answer)
    how = "let in" if answer.is_success else "neither let in nor refused"
    raise Unexpected(f"{asked(answer.request)}: {how}, got {answer.status_code}, want {wanted}", answer)


def said(answer: httpx.Response) -> str:
    """The words of an answer, without what differs from one to the next."""
    return VARYING.sub("", answer.text)


def complaint(answer: httpx.Response, refused: bool) -> Complaint | None:
    """What is wrong about the answer to somebody who should be *refused*; None where nothing is."""
    if refused:
        secret = disclosed(answer)
        words = f"got {answer.status_code} with {secret!r}, want nothing of the inside"
        return told(GaveAway, answer, words) if secret else None
    return told(ServerFailed if answer.is_server_error else LetIn, answer, f"got {answer.status_code}, want a refusal")


def told(kind: type[Complaint], answer: httpx.Response, words: str) -> Complaint:
    """A complaint with the command that repeats it."""
    return kind(f"{asked(answer.request)}: {words}; {as_curl(answer.request)}")


def summary(found: list[str], count: int) -> str:
    """Every complaint, those that were let in first."""
    by_kind = ((kind, [each for each in found if isinstance(each, kind)]) for kind in KINDS)
    parts = [f"{len(each)} of {count} operations {kind.what}: {'; '.join(each)}" for kind, each in by_kind if each]
    return "; ".join(parts)
