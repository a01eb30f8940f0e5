"""Who gets in? Strangers with every kind of bad token ask for every operation; only a defect lets one change anything."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from rollout.target.obstacle import Obstacle, needed, place
from rollout.target.openapi import Operation, Schema, expect_no_complaint, expect_own_paths
from rollout.target.raw_client import RawClient
from rollout.target.tokens import claims_of, signed, unsigned
from xcodereviewer.api import Api, expires_in
from xcodereviewer.published import undescribed
from xcodereviewer.refusals import OF_ROLES, Complaint, Refusal, expect_told, summary, unless_untold
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("access-controlled"),
    pytest.mark.promise("api: No token: 401 or 403. Bad, expired or forged token: 401 or 403."),
]
Record = Callable[[str, object], None]
BadToken = Callable[[XcrTarget, Api], str | None]
DAY_S = 24 * 3600
ABSENT = (404, 405)
TOKEN_FIRST = "let these operations ask for the token before they read the body"
NO_ADMINISTRATION = "the OpenAPI document names no operation for administrators"


@dataclass
class Door:
    """The operations as somebody with *token* meets them; *untold* lists those that rejected the request before they asked who sends it."""

    client: RawClient
    refusal: Refusal
    token: str | None = None
    untold: list[str] = field(default_factory=list)

    def leaked(self, operation: Operation, there: bool = True) -> Complaint | None:
        """The fault of *operation*, which should refuse; None if it has none, or is not *there* at all."""
        body: dict[str, str] | None = {} if operation.body is not None else None
        answer = self.client.ask(operation.method, operation.filled(), self.token, json=body)
        if not there and answer.status_code in ABSENT:
            return None
        return unless_untold(answer, self.refusal.covers(answer), self.untold)


def no_token(target: XcrTarget, reader: Api) -> None:
    return None


def garbage(target: XcrTarget, reader: Api) -> str:
    return "rollout.no.token"


def refresh_token(target: XcrTarget, reader: Api) -> str:
    return reader.tokens.refresh_token.get_secret_value()


def unsigned_token(target: XcrTarget, reader: Api) -> str:
    return unsigned(claims_of(reader.tokens.access_token))


def forged_token(target: XcrTarget, reader: Api) -> str:
    return signed(claims_of(reader.tokens.access_token), secrets.token_hex(32))


def expired_token(target: XcrTarget, reader: Api) -> str:
    token: SecretStr = needed(target, "expired_token")
    return token.get_secret_value()


@pytest.mark.parametrize(
    "bad_token",
    [
        pytest.param(no_token, id="no token"),
        pytest.param(garbage, id="garbage"),
        pytest.param(refresh_token, id="a refresh token"),
        pytest.param(unsigned_token, id="an unsigned token"),
        pytest.param(forged_token, id="a forged token"),
        pytest.param(expired_token, id="an expired token"),
    ],
)
def test_every_operation_refuses(
    bad_token: BadToken,
    target: XcrTarget,
    reader: Api,
    raw_client: RawClient,
    every_operation: list[Operation],
    openapi: Schema,
    record_property: Record,
) -> None:
    """
    Every operation that the target describes or the API publishes, but for those listed as public, refuses this token.
    """
    token = bad_token(target, reader)
    hidden, public = undescribed(every_operation), needed(target, "public_operations")
    closed = [one for one in [*every_operation, *hidden] if not one.among(public)]
    record_property("operations_count", len(closed))
    assert closed, "got no operation that needs a token, want some"
    door = Door(raw_client, Refusal(raw_client, token=token), token)
    expect_no_complaint(closed, lambda one: door.leaked(one, there=one not in hidden), summary)
    expect_own_paths(openapi, needed(target, "openapi_path"))
    expect_told(door.untold, TOKEN_FIRST)


@pytest.mark.promise("api: Non-admin on an admin route: 403.")
def test_a_plain_user_is_no_administrator(
    target: XcrTarget, reader: Api, every_operation: list[Operation], record_property: Record
) -> None:
    """
    Every operation for administrators refuses somebody who is none.
    """
    guarded = [operation for operation in every_operation if operation.among(target.admin_operations)]
    record_property("admin_operations_count", len(guarded))
    if not guarded:
        raise Obstacle(NO_ADMINISTRATION, f"name them in {place(target, 'admin_operations')}")
    user = RawClient(reader.client, target.rate_limit_probe, reader.tokens.access_token)
    door = Door(user, Refusal(user, OF_ROLES))
    expect_no_complaint(guarded, door.leaked, summary)
    expect_told(door.untold, TOKEN_FIRST)


@pytest.mark.promise("api: GET /api/v1/auth/me")
def test_a_good_token_is_let_in(reader: Api) -> None:
    """
    The same token, unspoilt, opens the door to its owner: the refusals are about the token and not about everybody.
    """
    said = reader.me()
    names = [said.email.casefold(), said.username.casefold()]
    assert reader.name.casefold() in names, f"who am I: got {said.email!r}, want {reader.name!r}, who signed in"


@pytest.mark.promise("api: an access token lasts 24 h")
def test_tokens_do_not_last_for_ever(reader: Api, record_property: Record) -> None:
    """
    An access token says when it expires, and that is a day at most after it was issued.
    """
    lifetime_s = expires_in(reader.new_tokens().access_token)
    record_property("token.lifetime_hours", round(lifetime_s / 3600, 2))
    assert 0 < lifetime_s <= DAY_S + 60, f"token: got a lifetime of {lifetime_s:g} s, want a day at most"
