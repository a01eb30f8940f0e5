"""What the doctor looks at: every setting of a target, each cause once, and nothing that changes anything."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from rollout.cli.examination import probes_of
from rollout.plan import load_plan
from rollout.readiness import lacks
from rollout.target.probe import Look, Probe, looks
from tests.watch.service import LOGIN, Service
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

PROBES = {probe.name: probe for probe in probes_of(SUITE)}
SEEN_ELSEWHERE = {
    "name": "is the name of the file",
    "release": "has a row of its own: rollout.cli.examination.release_seen",
    "not_applicable": "is held against the plan: rollout.origin.refused_waivers",
    "drill_application": "a drill starts it, and only there is a copy for it",
    "postgres_programs": "the preflight of a drill is the look",
    "requests_per_second": "is a wish, not a fact about the target",
    "internal_users": "the checks of exposure are the look",
    "public_operations": "the checks of access are the look",
    "admin_operations": "the checks of access are the look",
    "unowned_operations": "the checks of access are the look",
    "rate_limit_probe": "the check of the rate limit is the look",
    "rate_limit_burst": "is a wish, not a fact about the target",
    "cors_origins": "the check of CORS is the look",
    "cdn_headers": "the check of the CDN is the look",
    "certificate_min_days": "is a wish, not a fact about the target",
    "hsts_min_age": "is a wish, not a fact about the target",
    "closed_ports": "the check of the firewall is the look",
    "schema_revision": "the check of migrations is the look",
    "secrets_max_age": "is a wish, not a fact about the target",
}
SETTINGS = "/api/v1/monitoring/configuration"
TOLD = {
    "environment": "staging",
    "debug": False,
    "secret_key_is_default": False,
    "cors_origins": [],
    "rate_limit_enabled": True,
    "sentry_configured": True,
    "database_pool_size": 20,
}
PAGE = b"# TYPE http_requests_total counter\nhttp_requests_total 3\n"
TOKENS = {"access_token": "t", "refresh_token": "t", "token_type": "bearer"}


def target_at(service: Service, **settings: Any) -> XcrTarget:
    """A staging target at *service*."""
    return XcrTarget(**{"name": "staging", "environment": "staging", "base_url": service.url, **settings})


def review_of(url: str) -> dict[str, object]:
    """The source of reviews at *url*."""
    return {"kind": "github", "url": url, "branch": "main", "least_issues": 2}


def look(name: str, target: XcrTarget) -> Look:
    """What one probe finds, with nothing in its way."""
    return next(looks([PROBES[name]], target))


def looked(target: XcrTarget) -> dict[str, Look]:
    """What every probe finds."""
    return {found.name: found for found in looks(PROBES.values(), target)}


def test_no_setting_is_forgotten() -> None:
    """
    Each setting of a target is looked at, or stands in the list of those that need no look with the reason.
    """
    seen = {name for probe in PROBES.values() for name in (*probe.settings, *probe.also)}
    assert seen | SEEN_ELSEWHERE.keys() == XcrTarget.model_fields.keys()
    assert seen & SEEN_ELSEWHERE.keys() == set()


def test_a_look_comes_after_one_that_is_there_before() -> None:
    """
    Names are unique, and what a look waits for was looked at before.
    """
    names = [probe.name for probe in probes_of(SUITE)]
    assert len(set(names)) == len(names)
    assert all(names.index(probe.after) < names.index(probe.name) for probe in PROBES.values() if probe.after)


def test_what_bars_the_way_is_told_once() -> None:
    """
    Where nothing answers, the other looks wait for that one, and name it.
    """
    found = looked(target_at(Service(url="http://127.0.0.1:9")))
    assert [name for name, each in found.items() if each.state == "failed"] == ["answer"]
    assert found["OpenAPI document"].said == "waits for: answer"


def test_a_wrong_password_is_told_once(service: Service) -> None:
    """
    The configuration that only the administrator reads waits for the sign-in; nobody is called a new user.
    """
    service.answers[LOGIN] = (401, {"detail": "wrong"})
    known = {"admin_email": "a@example.com", "admin_password": SecretStr("wr0ng-word")}
    found = looked(target_at(service, configuration_path=SETTINGS, **known))
    refused = [name for name, each in found.items() if "got 401" in each.said]
    assert refused == ["administrator"]
    assert found["configuration"].said == "waits for: administrator"
    assert not [each for each in found.values() if "new user" in each.said]


@pytest.mark.parametrize(
    ("environment", "said", "state"),
    [
        pytest.param("production", "staging", "failed", id="the file says production, the system staging"),
        pytest.param("staging", "production", "failed", id="the file says staging, the system production"),
        pytest.param("staging", "development", "failed", id="the system is a third one"),
        pytest.param("production", "Prod", "ok", id="another spelling is the same"),
        pytest.param("staging", None, "ok", id="nobody says it"),
    ],
)
def test_another_environment_is_told(service: Service, environment: str, said: str | None, state: str) -> None:
    """
    The health check may say it without anybody signing in; all criteria wait for the mix-up to end.
    """
    service.answers["/health"] = (200, {"status": "healthy", "environment": said})
    found = look("environment", target_at(service, environment=environment))
    assert (found.state, found.settings) == (state, ("base_url",))
    if state == "failed":
        assert f"/health says {said!r}, the target's file says {environment!r}" in found.said
        assert found.way_out == "set base_url and environment in targets/staging.toml to those of one system"


def test_the_configuration_tells_the_environment_too(service: Service) -> None:
    """
    The backend's own settings, which its administrator reads, name another environment.
    """
    service.answers[LOGIN] = (200, TOKENS)
    service.answers[SETTINGS] = (200, {**TOLD, "environment": "production"})
    known = {"admin_email": "a@example.com", "admin_password": SecretStr("s3cret-word"), "configuration_path": SETTINGS}
    found = look("environment", target_at(service, **known))
    assert found.state == "failed", found
    assert f"{SETTINGS} says 'production', the target's file says 'staging'" in found.said


def test_sentry_is_asked_without_an_event(service: Service) -> None:
    """
    The server behind the DSN is read from, and no key goes along.
    """
    host = service.url.removeprefix("http://")
    found = look("Sentry", target_at(service, sentry_dsn=SecretStr(f"http://s3cretkey@{host}/1")))
    assert (found.state, service.asked) == ("ok", [("/", None)])
    assert "s3cretkey" not in found.said
    nowhere = look("Sentry", target_at(service, sentry_dsn=SecretStr("http://s3cretkey@127.0.0.1:9/1")))
    assert nowhere.state == "failed"
    assert "s3cretkey" not in nowhere.said


def test_each_page_of_metrics_is_read(service: Service) -> None:
    """
    One replica that counts no requests is told by its address.
    """
    service.answers |= {"/a": (200, PAGE), "/b": (200, b"")}
    assert (
        look("metrics of users", target_at(service, metrics_urls=(f"{service.url}/a",))).said
        == "1 page counts requests"
    )
    both = look("metrics of users", target_at(service, metrics_urls=(f"{service.url}/a", f"{service.url}/b")))
    assert (both.state, both.said) == ("failed", f"metrics_urls: {service.url}/b: no http_requests_total")


def test_the_server_of_drills_is_opened(service: Service) -> None:
    """
    One that lets nobody in is told with its variable, and the drill that needs it waits; the password stays out.
    """
    target = target_at(service, drill_dsn=SecretStr("postgresql://u:s3cret-word@127.0.0.1:9/x"))
    found = look("scratch server", target)
    way_out = "set XCR_DRILL_DSN in the environment to a server that lets its role in"
    assert (found.state, found.way_out) == ("failed", way_out)
    assert "s3cret-word" not in found.said
    waiting = [lack.criterion for lack in lacks(load_plan(), target, [found]) if lack.way_out == way_out]
    assert {each.partition(".")[2] for each in waiting} == {"restore-drilled"}
    assert look("scratch server", target_at(service)).way_out == "set XCR_DRILL_DSN in the environment"


def test_log_files_are_opened(service: Service, tmp_path: Path) -> None:
    """
    A file that is not there, and files that nobody writes to any more, are told.
    """
    log = tmp_path / "backend.log"
    assert look("log files", target_at(service, log_files=(log,))).said == f"log file {log}: No such file or directory"
    log.write_text("started\n", encoding="utf-8")
    assert look("log files", target_at(service, log_files=(log,))).state == "ok"
    os.utime(log, (time.time() - 7200, time.time() - 7200))
    silent = look("log files", target_at(service, log_files=(log,)))
    assert (silent.state, silent.said) == ("failed", "log_files: got nothing new for 2 h, want lines of this hour")


def test_names_are_resolved(service: Service) -> None:
    """
    A name with another address than expected is told with both; one in a URL that is not in the list is asked for.
    """
    right = {"localhost": ("127.0.0.1", "::1")}
    assert look("DNS", target_at(service, dns=right)).said == "1 name resolves as expected"
    wrong = look("DNS", target_at(service, dns={"localhost": ("192.0.2.1",)}))
    assert wrong.state == "failed"
    assert "want {'localhost': ('192.0.2.1',)}" in wrong.said
    unnamed = look("DNS", target_at(service, dns=right, frontend_url="https://app.example"))
    assert (unnamed.state, unnamed.way_out) == ("not configured", "set `dns.app.example` in targets/staging.toml")


def test_the_repository_of_the_reviews_is_asked(service: Service) -> None:
    """
    One that is not there for somebody without an account, or that this machine cannot reach, is told; it says nothing
    about the workers.
    """
    service.answers["/there"] = (200, {})
    assert look("review source", target_at(service, review=review_of(f"{service.url}/there"))).state == "ok"
    absent = look("review source", target_at(service, review=review_of(f"{service.url}/gone")))
    assert absent.state == "not reached"
    assert "404" in absent.said
    nowhere = look("review source", target_at(service, review=review_of("http://127.0.0.1:9/x")))
    assert nowhere.state == "not reached"
    assert "not from this machine" in nowhere.said


def test_no_way_out_names_the_file_of_the_stand_in(service: Service) -> None:
    """
    Its name is reserved: no such file would be read.
    """
    found = look("own link", target_at(service, name="standin", environment="standin"))
    assert found.way_out == "set `link_reference` in the file of a target of your own"


def test_a_wish_for_a_token_is_no_defect_of_the_system(service: Service) -> None:
    """
    Prometheus is asked with its token.
    """
    service.answers["/api/v1/query"] = (200, {"status": "success"})
    known = {"prometheus_url": service.url, "prometheus_token": SecretStr("s3cret-word")}
    assert look("Prometheus", target_at(service, **known)).state == "ok"
    assert service.asked == [("/api/v1/query?query=up", "Bearer s3cret-word")]


def test_a_service_that_wants_a_token_nobody_gave_is_a_missing_setting(service: Service) -> None:
    """
    Prometheus and Grafana that let nobody in without one are not defective.
    """
    service.answers |= {"/api/v1/query": (401, {}), "/api/health": (403, {})}
    known = {"prometheus_url": service.url, "grafana_url": service.url}
    for name, setting in {"Prometheus": "XCR_PROMETHEUS_TOKEN", "Grafana": "XCR_GRAFANA_TOKEN"}.items():
        found = look(name, target_at(service, **known))
        assert (found.state, found.way_out) == ("not configured", f"set {setting} in the environment")


def test_a_token_of_links_is_asked_for_where_links_are_sent(service: Service) -> None:
    """
    And is not needed where the document has no such operation: then no criterion waits for it.
    """
    body = {"content": {"application/json": {"schema": {"properties": {"email": {"type": "string"}}}}}}
    paths = {"/api/v1/auth/forgot-password": {"post": {"requestBody": body}}}
    for described, state in ((paths, "not configured"), ({"/health": {"get": {}}}, "ok")):
        service.answers["/api/v1/openapi.json"] = (200, {"openapi": "3.1.0", "paths": described})
        found = look("tokens of links", target_at(service))
        assert (found.state, found.settings) == (state, ())
        waiting = [lack for lack in lacks(load_plan(), target_at(service), [found]) if "RESET_TOKEN" in lack.way_out]
        assert bool(waiting) == (state != "ok")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        pytest.param({"secrets_rotated_at": "2026-01-31"}, "ok", id="told by the backend"),
        pytest.param({}, "not configured", id="told by nobody"),
    ],
)
def test_a_rotation_that_the_backend_tells_is_not_asked_for(service: Service, told: dict[str, str], state: str) -> None:
    """
    The check takes its word, so that no criterion waits for the setting.
    """
    service.answers |= {LOGIN: (200, TOKENS), SETTINGS: (200, TOLD | told)}
    known = {"admin_email": "a@example.com", "admin_password": SecretStr("s3cret-word"), "configuration_path": SETTINGS}
    production = target_at(service, environment="production", **known)
    found = look("rotation of secrets", production)
    waiting = [lack.criterion for lack in lacks(load_plan(), production, [found]) if "rotated" in lack.way_out]
    assert (found.state, waiting) == (state, [] if state == "ok" else ["predeploy.secrets-rotated"])


def test_a_probe_may_stand_alone() -> None:
    """
    What another probe waits for need not be among those that look.
    """
    alone = Probe("alone", (), lambda _: "seen", after="nobody")
    assert next(looks([alone], XcrTarget(name="x", environment="staging", base_url="http://127.0.0.1:9"))).state == "ok"


def test_no_look_lasts_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever it hangs at, the doctor calls it failed and says how long it waited.
    """
    never = threading.Event()
    monkeypatch.setattr("rollout.target.probe.LONGEST_S", 0.05)
    hanging = [Probe(name, (), lambda _: str(never.wait())) for name in ("one", "other")]
    found = list(looks(hanging, XcrTarget(name="x", environment="staging", base_url="http://127.0.0.1:9")))
    never.set()
    assert [(each.state, each.said, each.way_out) for each in found] == [
        ("failed", "no answer in 0.05 s", "find out why one gives no answer in 0.05 s"),
        ("failed", "no answer in 0.05 s", "find out why other gives no answer in 0.05 s"),
    ]


def test_all_looks_together_have_one_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What has not ended by then, or never began, is neither good nor bad: it was not looked at. Meanwhile their names are told.
    """
    never, told = threading.Event(), list[list[str]]()
    monkeypatch.setattr("rollout.target.probe.TOTAL_S", 1.0)
    monkeypatch.setattr("rollout.target.probe.PROGRESS_S", 0.01)  # so that the last names are told after the quick one
    probes = [
        Probe("quick", (), lambda _: "seen"),
        Probe("hanging", (), lambda _: str(never.wait())),
        Probe("after it", (), lambda _: "seen", after="hanging"),
    ]
    target = XcrTarget(name="x", environment="staging", base_url="http://127.0.0.1:9")
    found = list(looks(probes, target, told.append))
    never.set()
    assert [(each.name, each.state, each.said) for each in found] == [
        ("quick", "ok", "seen"),
        ("hanging", "not looked at", "no end of it within 1 s for all"),
        ("after it", "not looked at", "no end of it within 1 s for all"),
    ]
    assert told[-1] == ["hanging", "after it"]


def test_all_look_at_the_same_time() -> None:
    """
    Many that hang cost no more than one: each of these ends as soon as all have begun.
    """
    together = threading.Barrier(3)
    probes = [Probe(name, (), lambda _: f"{together.wait() >= 0}") for name in ("one", "other", "third")]
    found = list(looks(probes, XcrTarget(name="x", environment="staging", base_url="http://127.0.0.1:9")))
    assert [(each.name, each.state) for each in found] == [("one", "ok"), ("other", "ok"), ("third", "ok")]


def test_who_comes_after_another_begins_when_that_one_has_ended() -> None:
    """
    And what they found is told in the order in which they are named.
    """
    ended = threading.Event()

    def first(_: XcrTarget) -> str:
        ended.set()
        return "seen"

    probes = [Probe("first", (), first), Probe("then", (), lambda _: str(ended.is_set()), after="first")]
    found = list(looks(probes, XcrTarget(name="x", environment="staging", base_url="http://127.0.0.1:9")))
    assert [(each.name, each.said) for each in found] == [("first", "seen"), ("then", "True")]
