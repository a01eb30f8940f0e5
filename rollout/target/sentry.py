"""Build a test event with Sentry's own client, send it, and give the answer of the server."""

import gzip
from urllib.parse import urlsplit

import httpx
import sentry_sdk
from pydantic import BaseModel, ConfigDict, SecretStr
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from sentry_sdk.utils import BadDsn, Dsn

from rollout.target.http import Client
from rollout.target.permission import Guard, purpose
from rollout.target.settings import Action

MESSAGE = "rollout: a test event, nothing is wrong"


class Accepted(BaseModel):
    """The server's answer to an accepted event."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str


class Outbox(Transport):
    """A transport that keeps the envelopes instead of sending them, so that `post` can send them and read the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)


def new_event(dsn: SecretStr, release: str, environment: str) -> tuple[str, bytes]:
    """The id and the envelope of a test event."""
    outbox = Outbox()
    client = sentry_sdk.Client(
        dsn=dsn.get_secret_value(),
        transport=outbox,
        release=release,
        environment=environment,
        default_integrations=False,
        server_name="rollout",
    )
    event_id = client.capture_event({"message": MESSAGE, "level": "info", "logger": "rollout"})
    assert event_id is not None, "sentry-sdk: got no event, want one"
    return event_id, outbox.envelopes[0].serialize()


def parsed(dsn: SecretStr) -> Dsn:
    """The parts of *dsn*; AssertionError where it is none."""
    try:
        return Dsn(dsn.get_secret_value())
    except (BadDsn, ValueError):
        raise AssertionError("sentry_dsn: got something else, want https://KEY@HOST/PROJECT") from None


def asked_for_its_root(dsn: SecretStr) -> httpx.Response:
    """The answer of the server of *dsn* to a GET of `/`, which creates no event and sends no key."""
    found = parsed(dsn)
    with Client(f"{found.scheme}://{found.netloc}") as client:
        return client.get("/")


def post(dsn: SecretStr, envelope: bytes, guard: Guard, action: Action) -> httpx.Response:
    """The answer of the server of *dsn* to *envelope*; *guard* must admit it for that *action*."""
    auth = parsed(dsn).to_auth("rollout")
    url = urlsplit(auth.get_api_url())
    headers = {
        "X-Sentry-Auth": auth.to_header(),
        "Content-Type": "application/x-sentry-envelope",
        "Content-Encoding": "gzip",
    }
    with Client(f"{url.scheme}://{url.netloc}", guard=guard) as client:
        return client.post(url.path, content=gzip.compress(envelope), headers=headers, extensions=purpose(action))
