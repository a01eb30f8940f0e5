"""Is every token good for its purpose alone? Links that reset a password open nothing, and nobody gets another one's."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from rollout.target.obstacle import NotConfigured
from rollout.target.openapi import Operation, Schema, example
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API, Api
from xcodereviewer.refusals import TURNED_AWAY, complaint
from xcodereviewer.special_flows import sends_links, tokens_in
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("access-controlled"),
    pytest.mark.promise("api: No token: 401 or 403. Bad, expired or forged token: 401 or 403."),
]
Record = Callable[[str, object], None]


@pytest.fixture
def handed_out(
    newcomer: Api, raw_client: RawClient, every_operation: list[Operation], openapi: Schema
) -> dict[str, list[str]]:
    """Operation that sends a link → the tokens that it told a stranger who asked for somebody else's."""
    me = newcomer.me()
    known = {"email": me.email, "username": me.username}
    found = {}
    for operation in sends_links(every_operation):
        body = example(openapi, operation.body, known)
        found[str(operation)] = tokens_in(raw_client.ask(operation.method, operation.filled(), json=body))
    return found


def test_a_link_is_not_told_to_whoever_asks(handed_out: dict[str, list[str]], record_property: Record) -> None:
    """
    Who asks for a new password of somebody else learns no token: it goes to the owner of the address.
    """
    record_property("link_operations_count", len(handed_out))
    told = [operation for operation, tokens in handed_out.items() if tokens]
    assert not told, f"{told}: got a token in the answer to a stranger, want it in a mail to the owner"


def test_a_token_of_a_link_opens_nothing(
    target: XcrTarget, raw_client: RawClient, handed_out: dict[str, list[str]], record_property: Record
) -> None:
    """
    A token that resets a password is no access token.
    """
    given = [] if target.reset_token is None else [target.reset_token]
    tokens = [*given, *(SecretStr(token) for tokens in handed_out.values() for token in tokens)]
    record_property("special_tokens_count", len(tokens))
    answers = [raw_client.ask("GET", f"{API}/auth/me", token.get_secret_value()) for token in tokens]
    opened = [said for answer in answers if (said := complaint(answer, answer.status_code in TURNED_AWAY))]
    assert not opened, f"{len(opened)} of {len(tokens)} tokens of links: {'; '.join(opened)}"
    if handed_out and not tokens:
        raise NotConfigured(target, "reset_token")  # no token of a link is known, so nobody saw one refused
