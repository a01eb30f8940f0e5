"""Classify answers to requests that must be refused: let in, server error, told something, neither let in nor refused."""

import re

import httpx

from rollout.target.answer import Unexpected, asked
from rollout.target.curl import as_curl
from rollout.target.obstacle import Obstacle
from rollout.target.rate_limit import TOO_MANY, RateLimited
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API
from xcodereviewer.disclosure import disclosed

REFUSED = (401, 403)
OTHER_REFUSAL = 400  # some deployments refuse a bad token with this status
TURNED_AWAY = (OTHER_REFUSAL, *REFUSED)
UNTOLD = (405, 415, 422)  # the request was rejected before authentication
NEITHER = "neither let in nor refused"
UNTOLD_WAY_OUT = "let the OpenAPI document describe a body that these operations take"
OF_TOKENS = f"{API}/auth/me"  # a read without parameters and body: a refusal is about the token
OF_ROLES = f"{API}/monitoring/health"
VARYING = re.compile(r"\S*\d\S*")  # ids and times in an answer


class Complaint(str):
    """The fault of one answer in words; *what* is the name of its kind."""

    what = ""


class LetIn(Complaint):
    """A request that must be refused was not."""

    what = "let in"


class ServerFailed(Complaint):
    """A request that must be refused ended in a server error."""

    what = "ended in a server error"


class GaveAway(Complaint):
    """A refusal contains internal details of the program."""

    what = "refused, and gave something away"


class Neither(Complaint):
    """A request that must be refused was answered as if nobody had asked who sends it."""

    what = NEITHER


KINDS = (LetIn, ServerFailed, GaveAway, Neither)


class Refusal:
    """
    The form of a backend's refusals: 401 or 403, or 400 with the text by which it refuses the read at *path*.

    Another 400 can be about a body or a parameter and is no refusal of the account. integration/test_refusals.py checks
    whether the status is the published one.
    """

    def __init__(self, client: RawClient, path: str = OF_TOKENS, token: str | None = None) -> None:
        answer = client.ask("GET", path, token)
        self.words = said(answer) if answer.status_code == OTHER_REFUSAL else None

    def covers(self, answer: httpx.Response) -> bool:
        """Whether *answer* is a refusal."""
        if answer.status_code in REFUSED:
            return True
        return answer.status_code == OTHER_REFUSAL and said(answer) == self.words


def expect_refused(answer: httpx.Response, *want: int) -> None:
    """
    Fail unless *answer* has a status in *want*; the message tells a request that was let in from a refusal by another status.

    RateLimited for a 429 that is not wanted.
    """
    __tracebackhide__ = True
    if answer.status_code in want:
        return
    if answer.status_code == TOO_MANY:
        raise RateLimited(answer.request.url)
    wanted = " or ".join(map(str, want))
    if answer.status_code in TURNED_AWAY:
        raise Unexpected(f"{asked(answer.request)}: refused, with {answer.status_code} in place of {wanted}", answer)
    how = LetIn.what if answer.is_success else NEITHER
    raise Unexpected(f"{asked(answer.request)}: {how}, got {answer.status_code}, want {wanted}", answer)


def said(answer: httpx.Response) -> str:
    """The text of an answer, without ids and times."""
    return VARYING.sub("", answer.text)


def complaint(answer: httpx.Response, refused: bool) -> Complaint | None:
    """The fault of an answer to a request that must be refused; *refused* is whether it was. None if there is no fault."""
    if refused:
        secret = disclosed(answer)
        words = f"got {answer.status_code} with {secret!r}, want nothing of the inside"
        return told(GaveAway, answer, words) if secret else None
    return told(kind_of(answer), answer, f"got {answer.status_code}, want a refusal")


def kind_of(answer: httpx.Response) -> type[Complaint]:
    """The fault of an answer that is no refusal."""
    if answer.is_server_error:
        return ServerFailed
    return LetIn if answer.is_success else Neither


def unless_untold(answer: httpx.Response, refused: bool, untold: list[str]) -> Complaint | None:
    """The fault of an answer; one that was rejected before authentication has none, and is added to *untold*."""
    if answer.status_code in UNTOLD:
        untold.append(f"{asked(answer.request)} ({answer.status_code})")
        return None
    return complaint(answer, refused)


def expect_told(untold: list[str], way_out: str = UNTOLD_WAY_OUT) -> None:
    """Obstacle with *way_out* if operations rejected the request before they asked who sends it."""
    if untold:
        raise Obstacle(f"whether others are let in is not told by {'; '.join(untold)}", way_out)


def told(kind: type[Complaint], answer: httpx.Response, words: str) -> Complaint:
    """A complaint with the command that repeats it."""
    return kind(f"{asked(answer.request)}: {words}; {as_curl(answer.request)}")


def summary(found: list[str], count: int) -> str:
    """Every complaint by kind, requests that were let in first."""
    by_kind = ((kind, [each for each in found if isinstance(each, kind)]) for kind in KINDS)
    parts = [f"{len(each)} of {count} operations {kind.what}: {'; '.join(each)}" for kind, each in by_kind if each]
    return "; ".join(parts)
