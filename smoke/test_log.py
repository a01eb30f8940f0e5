"""Does the log keep secrets? Somebody signs up, in and out while it is read."""

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from pydantic import SecretStr

from rollout.target.obstacle import Obstacle, needed
from rollout.target.openapi import Operation, Schema, example
from rollout.target.wait import eventually, pause
from xcodereviewer.api import API, login, refresh_form
from xcodereviewer.fixtures.users import SignUp, strong_password
from xcodereviewer.log_tail import WAY_OUT, LogTail
from xcodereviewer.special_flows import WEB_TOKEN, sends_links
from xcodereviewer.target import XcrTarget

Record = Callable[[str, object], None]
WRITTEN_S = 5.0
SETTLED_S = 1.0


@pytest.mark.criterion("log-without-secrets")
@pytest.mark.promise("plan: Security audit completed")
def test_signing_in_leaves_no_secret_in_the_log(
    target: XcrTarget,
    sign_up: SignUp,
    every_operation: list[Operation],
    openapi: Schema,
    record_property: Record,
) -> None:
    """
    After a registration, sign-ins with a right and a wrong password, a renewal and a forgotten password, the log has
    no password and no token.
    """
    log = LogTail(needed(target, "log_files"))
    person, wrong = sign_up(), strong_password()
    login(person.client, person.name, wrong)
    tokens = person.tokens
    known = {"email": person.me().email, "username": person.name}
    for operation in sends_links(every_operation):
        person.client.request(operation.method, operation.filled(), json=example(openapi, operation.body, known))
    person.client.post(f"{API}/auth/refresh", json=refresh_form(tokens))
    secrets = {
        "the password": person.password,
        "a wrong password": wrong,
        "the access token": tokens.access_token,
        "the refresh token": tokens.refresh_token,
    }
    text = grown(log)
    record_property("log.read_bytes", len(text))
    found = [what for what, secret in secrets.items() if stands_in(text, secret)]
    found += ["a web token"] * (bool(WEB_TOKEN.search(text)) and not found)
    assert not found, f"log of the backend: got {', '.join(found)} of somebody who signed in, want no secret"


def grown(log: LogTail) -> str:
    """What was written to the log until nobody writes any more; Obstacle where nothing is: it is no log of this target."""

    def something_written() -> str:
        text = log.text()
        if not text:
            raise Obstacle("the log files did not grow while somebody signed in", WAY_OUT)
        return text

    eventually(something_written, within=WRITTEN_S)
    pause(SETTLED_S)  # a log that is copied from elsewhere comes in pieces
    return log.text()


def stands_in(text: str, secret: SecretStr) -> bool:
    """Whether a secret stands in a text, as it is or as it is sent in a form."""
    value = secret.get_secret_value()
    return value in text or quote_plus(value) in text
