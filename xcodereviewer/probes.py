"""The probes of this rollout before a phase: accounts, environment, API document, frontend, DNS and monitoring."""

import time

from rollout.target.answer import expect, expect_as
from rollout.target.dns_names import addresses, names_in, unexpected
from rollout.target.http import Client, client_at, client_to
from rollout.target.obstacle import NotConfigured, Obstacle, file_of, needed
from rollout.target.openapi import document_of, expect_own_paths, operations
from rollout.target.probe import Probe, Unseen
from rollout.target.probes import found_at
from rollout.target.prometheus import DataSources, GrafanaHealth, scraped
from rollout.target.sentry import asked_for_its_root, parsed
from rollout.target.token_client import TokenClient
from rollout.target.tokens import claims_of
from rollout.values import as_text, numbered
from xcodereviewer.api import Api
from xcodereviewer.configuration import ABSENT, configuration_of, is_elsewhere, own_name
from xcodereviewer.frontend_flags import flags_document
from xcodereviewer.health_check import said_by_health
from xcodereviewer.log_tail import WAY_OUT, silent_s
from xcodereviewer.special_flows import sends_links
from xcodereviewer.target import XcrTarget

SILENT_S = 3600.0
NOBODY = "rollout-doctor"
SERVER_ERROR = 500
WANT_SOMEBODY = (401, 403)


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
        person = account(target, client, role)
        person.login()
        return person.me().role


def account(target: XcrTarget, client: Client, role: str) -> Api:
    """The account that the target names for *role*."""
    email, password = needed(target, f"{role}_email"), needed(target, f"{role}_password")
    return Api(client, email, password, who=f"the target's {role}")


def document(target: XcrTarget) -> str:
    """The backend describes its operations."""
    with client_to(target) as client:
        found = document_of(client.get(target.openapi_path))
    expect_own_paths(found, target.openapi_path)
    return numbered(len(operations(found)), "operation", "operations")


def links(target: XcrTarget) -> str:
    """If the backend sends links that reset a password, a token of such a link is configured."""
    with client_to(target) as client:
        found = sends_links(operations(document_of(client.get(target.openapi_path))))
    if found:
        needed(target, "reset_token")
    return f"{numbered(len(found), 'operation sends', 'operations send')} links"


def configuration(target: XcrTarget) -> str:
    """The backend tells an administrator its own settings."""
    with client_to(target) as client:
        told = configuration_of(account(target, client, "admin"), target)
    return f"environment {told.environment}"


def rotation(target: XcrTarget) -> str:
    """The target's file, or else the backend's own settings, tell when all secrets were renewed."""
    told = target.secrets_rotated_at or rotation_by_configuration(target)
    if not told:
        raise NotConfigured(target, "secrets_rotated_at")
    return f"renewed at {told}"


def rotation_by_configuration(target: XcrTarget) -> str | None:
    """The date of the last rotation of all secrets in the backend's configuration; None if an administrator cannot read it."""
    try:
        with client_to(target) as client:
            return configuration_of(account(target, client, "admin"), target).secrets_rotated_at
    except NotConfigured:
        return None


def environment(target: XcrTarget) -> str:
    """Every source that reports the environment reports the one in the target's file."""
    with client_to(target) as client:
        told = {"/health": said_by_health(client)} | said_by_configuration(target, client)
    told = {place: said for place, said in told.items() if said}
    for place, said in told.items():
        if is_elsewhere(target, said):
            raise Obstacle(
                f"{place} says {said!r}, the target's file says {target.environment!r}: one of both is another system",
                f"set base_url and environment in {file_of(target)} to those of one system",
            )
    return f"{' and '.join(told)}: {own_name(target)}" if told else "the system does not tell its environment"


def said_by_configuration(target: XcrTarget, client: Client) -> dict[str, str]:
    """The environment in the backend's own settings; empty if an administrator cannot read them."""
    try:
        path = needed(target, "configuration_path", "admin_email", "admin_password")
        return {path: configuration_of(account(target, client, "admin"), target).environment}
    except AssertionError:
        return {}  # another probe reports the reason


def exposure(target: XcrTarget) -> str:
    """The backend tells whether a user is on it."""
    with client_to(target) as client:
        answer = client.get(needed(target, "exposure_path").format(user_id=NOBODY))
    if answer.status_code == ABSENT:
        raise NotConfigured(target, "exposure_path")
    if answer.status_code in WANT_SOMEBODY:
        return f"{answer.status_code}: it tells those who signed in"
    return f"{expect(answer).status_code} for {NOBODY}"


def log_files(target: XcrTarget) -> str:
    """The files can be read and were written to recently: the requests of earlier probes leave lines in them."""
    silent = silent_s(needed(target, "log_files"))
    if silent > SILENT_S:
        raise Obstacle(f"log_files: got nothing new for {as_text(round(silent))}, want lines of this hour", WAY_OUT)
    return f"{numbered(len(target.log_files), 'file', 'files')}, written to {max(silent, 0):.0f} s ago"


def review_source(target: XcrTarget) -> str:
    """The repository answers this machine; if it does not, the workers may still have a route and a key for it."""
    url = needed(target, "review").url
    try:
        with Client(url, target.ca_file) as client:
            answer = client.get(url)
    except AssertionError as error:
        raise Unseen(f"review.url: not from this machine: {error}") from None
    if answer.is_client_error or answer.is_server_error:
        raise Unseen(f"review.url: {answer.status_code} for {url} without an account: misspelt, gone or not public")
    return f"{answer.status_code} for {url}"


def frontend(target: XcrTarget) -> str:
    """The frontend answers."""
    with client_at(target, str(needed(target, "frontend_url"))) as client:
        return f"{expect(client.get('/')).status_code} for /"


def frontend_http(target: XcrTarget) -> str:
    """Something answers without TLS."""
    with client_at(target, str(needed(target, "frontend_http_url"))) as client:
        return f"{client.get('/').status_code} for /"


def flags(target: XcrTarget) -> str:
    """The frontend tells its feature flags."""
    with client_at(target, str(needed(target, "frontend_url"))) as client:
        flags_document(client, target)
        return f"JSON at {needed(target, 'flags_path')}"


def cdn(target: XcrTarget) -> str:
    """The frontend has what a CDN should serve."""
    with client_at(target, str(needed(target, "frontend_url"))) as client:
        paths = needed(target, "cdn_paths")
        for path in paths:
            expect(client.get(path))
    return numbered(len(paths), "path answers", "paths answer")


def dns(target: XcrTarget) -> str:
    """Each public name resolves to what the target expects, and each name in its URLs is among them."""
    want = needed(target, "dns")
    if unknown := names_in(target.public_urls) - want.keys():
        raise NotConfigured(target, *(f"dns.{name}" for name in sorted(unknown)))
    wrong = unexpected({name: addresses(name, target.dns_server) for name in want}, want)
    assert not wrong, f"dns: got {wrong}, want { {name: want[name] for name in wrong} }"
    return numbered(len(want), "name resolves as expected", "names resolve as expected")


def prometheus_job(target: XcrTarget) -> str:
    """Prometheus scrapes the backend under its job."""
    with TokenClient(target, needed(target, "prometheus_url"), "prometheus_token") as client:
        found = scraped(client, needed(target, "prometheus_job"))
    if not found:
        raise NotConfigured(target, "prometheus_job")
    return numbered(len(found), "instance", "instances")


def grafana(target: XcrTarget) -> str:
    """Grafana is healthy and lets its data sources be read."""
    with TokenClient(target, needed(target, "grafana_url"), "grafana_token") as client:
        version = expect_as(GrafanaHealth, client.get("/api/health")).version
        sources = expect_as(DataSources, client.get("/api/datasources")).root
    return f"Grafana {version}, {numbered(len(sources), 'data source', 'data sources')}"


def sentry(target: XcrTarget) -> str:
    """The DSN is one, its host has an address, and a server answers there; no event is sent."""
    dsn = needed(target, "sentry_dsn")
    found_at(parsed(dsn).host)
    answer = asked_for_its_root(dsn)
    assert answer.status_code < SERVER_ERROR, f"Sentry: got {answer.status_code} for /, want a server that works"
    return f"{parsed(dsn).host} answers; no event was sent"


def expired_token(target: XcrTarget) -> str:
    """The token that should have expired has."""
    expires = claims_of(needed(target, "expired_token")).get("exp", 0)
    assert float(expires) < time.time(), "expired_token: got one that is still good, want an expired one"
    return "has expired"


ADMIN = ("admin_email", "admin_password")
PROBES = (
    Probe("environment", ("base_url",), environment, also=("environment",), after="answer"),
    Probe("administrator", ADMIN, admin, after="answer"),
    Probe("plain user", ("user_email", "user_password"), user, after="answer"),
    Probe("OpenAPI document", ("openapi_path",), document, after="answer"),
    Probe("tokens of links", (), links, also=("reset_token",), after="OpenAPI document"),
    Probe("configuration", ("configuration_path", *ADMIN), configuration, after="administrator"),
    Probe("rotation of secrets", (), rotation, also=("secrets_rotated_at",), after="configuration"),
    Probe("exposure", ("exposure_path",), exposure, after="answer"),
    Probe("log files", ("log_files",), log_files, after="answer"),
    Probe("review source", ("review",), review_source),
    Probe("frontend", ("frontend_url",), frontend),
    Probe("flags", ("frontend_url", "flags_path"), flags, after="frontend"),
    Probe("CDN", ("frontend_url", "cdn_paths"), cdn, after="frontend"),
    Probe("frontend without TLS", ("frontend_http_url",), frontend_http),
    Probe("DNS", ("dns",), dns, also=("dns_server",)),
    Probe("job of Prometheus", ("prometheus_url", "prometheus_job"), prometheus_job, after="Prometheus"),
    Probe("Grafana", ("grafana_url",), grafana, also=("grafana_token",)),
    Probe("Sentry", ("sentry_dsn",), sentry),
    Probe("expired token", ("expired_token",), expired_token),
)
