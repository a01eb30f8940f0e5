"""What else is looked at before a phase of this rollout: both accounts, the document, the frontend, Grafana, Sentry."""

import time

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client, client_to
from rollout.target.obstacle import needed
from rollout.target.openapi import document_of, expect_own_paths, operations
from rollout.target.probe import Probe
from rollout.target.prometheus import GrafanaHealth
from rollout.target.tokens import claims_of
from xcodereviewer.api import Api
from xcodereviewer.configuration import configuration_of
from xcodereviewer.target import XcrTarget


def admin(target: XcrTarget) -> str:
    """The administrator signs in and is one."""
    role = signed_in(target, "admin")
    assert role == "admin", f"{target.admin_email}: got role {role!r}, want admin"
    return f"{target.admin_email} signs in"


def user(target: XcrTarget) -> str:
    """The plain user signs in and is no administrator."""
    role = signed_in(target, "user")
    assert role != "admin", f"{target.user_email}: got role {role!r}, want a plain user"
    return f"{target.user_email} signs in"


def signed_in(target: XcrTarget, role: str) -> str:
    """The role that the backend gives to the account of the target."""
    with client_to(target) as client:
        person = Api(client, getattr(target, f"{role}_email"), getattr(target, f"{role}_password"))
        person.login()
        return person.me().role


def document(target: XcrTarget) -> str:
    """The backend describes its operations."""
    with client_to(target) as client:
        found = document_of(client.get(target.openapi_path))
    expect_own_paths(found, target.openapi_path)
    return f"{len(operations(found))} operations"


def configuration(target: XcrTarget) -> str:
    """The backend tells an administrator its own settings."""
    with client_to(target) as client:
        person = Api(client, needed(target, "admin_email"), needed(target, "admin_password"))
        return f"environment {configuration_of(person, target).environment}"


def frontend(target: XcrTarget) -> str:
    """The frontend answers."""
    with Client(str(needed(target, "frontend_url")), target.ca_file) as client:
        return f"{expect(client.get('/')).status_code} for /"


def grafana(target: XcrTarget) -> str:
    """Grafana is healthy."""
    with Client(str(needed(target, "grafana_url")), target.ca_file) as client:
        return f"Grafana {expect_as(GrafanaHealth, client.get('/api/health')).version}"


def expired_token(target: XcrTarget) -> str:
    """The token that should have expired has."""
    expires = claims_of(needed(target, "expired_token")).get("exp", 0)
    assert float(expires) < time.time(), "expired_token: got one that is still good, want an expired one"
    return "has expired"


PROBES = (
    Probe("administrator", ("admin_email", "admin_password"), admin),
    Probe("plain user", ("user_email", "user_password"), user),
    Probe("OpenAPI document", ("openapi_path",), document),
    Probe("configuration", ("configuration_path", "admin_email", "admin_password"), configuration),
    Probe("frontend", ("frontend_url",), frontend),
    Probe("Grafana", ("grafana_url",), grafana),
    Probe("expired token", ("expired_token",), expired_token),
)
