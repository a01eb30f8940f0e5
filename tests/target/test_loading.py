"""A target file that is wrong is refused in one line a fault, before the first request."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from rollout.target import Target, TargetError
from rollout.target.loading import named_target, validated
from rollout.target.reference import ACTIONS, reference
from rollout.target.settings import Action
from xcodereviewer.target import XcrTarget

ROOT = Path(__file__).resolve().parents[2]
WHOLE = 'environment = "staging"\nbase_url = "http://127.0.0.1:9"\n'


def load(folder: Path, text: str, model: type[Target] = XcrTarget) -> Target:
    """The target of a file with this text."""
    (folder / "staging.toml").write_text(text, encoding="utf-8")
    return named_target(model, "staging", folder)


def test_the_generic_settings_and_those_of_the_suite_stand_in_one_file(tmp_path: Path) -> None:
    """
    The model of the suite extends the generic one.
    """
    target = load(tmp_path, WHOLE + 'queues = ["a"]\nadmin_email = "a@example.com"\n')
    assert isinstance(target, XcrTarget)
    assert (target.name, target.queues, target.admin_email) == ("staging", ("a",), "a@example.com")


def test_a_setting_of_another_suite_is_refused(tmp_path: Path) -> None:
    """
    The generic model knows no administrator.
    """
    with pytest.raises(TargetError, match=r"^targets/staging.toml: no setting 'admin_email'; permitted: allow, "):
        load(tmp_path, WHOLE + 'admin_email = "a@example.com"\n', Target)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("frontend_ur = 'x'", "no setting 'frontend_ur'; did you mean 'frontend_url'?"),
        ("user_passwort = 'x'", "no setting 'user_passwort'; did you mean XCR_USER_PASSWORD? Secrets come from"),
        ("user_password = 'x'", "user_password is a secret; set XCR_USER_PASSWORD in the environment"),
        ("name = 'production'", "name: a target is called as its file; take the key out"),
        ("[backups]\ncatalog = 'x'", "backups: no key 'catalog'; did you mean 'catalogue'?"),
        ("[backups]\nfrontend_url = 'x'", "backups: no key 'frontend_url'; it is a setting of its own: write it above"),
        ("[backups]\nmax_age = '1 day'", "backups.max_age: not a duration: '1 day'; write for example '48h'"),
        (
            "[review]\nurl = 'x'\nkind = 'githab'\nbranch = 'x'\nleast_issues = 2",
            "review.kind: no value 'githab'; did you mean 'gitlab'?",
        ),
        (
            "[review]\nkind = 'github'\nbranch = 'x'\nleast_issues = 2",
            "review.url: is missing; set it: address of the repository",
        ),
        ("review = 'x'", "review: must be a table; write [review] and its keys below"),
        ("allow = ['wirte']", "allow: no value 'wirte'; did you mean 'write'?"),
        ("allow = 'write'", 'allow: must be a list; write allow = ["write"]'),
        ("[dns]\n'a.example' = 1", 'dns.a.example: must be a list; write "a.example" = [1]'),
        ("closed_ports = [5432]", 'closed_ports: must be a text in quotes, such as closed_ports = ["…"]'),
        (
            "closed_ports = ['db.example']",
            "closed_ports: 'db.example' is no host:port; write for example 'host.example",
        ),
        *(
            (
                f"exposure_path = '/flags/{where}'",
                f"exposure_path: '/flags/{where}' has to hold {{user_id}}, and no other",
            )
            for where in ("", "{uid}", "{user_id}/{uid}", "{user_id}}")
        ),
        ("closed_ports = ['db:x']", "closed_ports: 'db:x' is no host:port; write for example 'host.example:5432'"),
        (
            "secrets_rotated_at = 'yesterday'",
            "secrets_rotated_at: 'yesterday' is no ISO date; write for example '2026-",
        ),
        ("admin_email = 5", 'admin_email: must be a text in quotes, such as admin_email = "…"'),
        ("public_operations = ['GTE /']", "public_operations: 'GTE /': no method 'GTE'; did you mean 'GET'?"),
        ("public_operations = ['GET']", "public_operations: 'GET' has no path; write for example 'GET /health'"),
        ("requests_per_second = 0", "requests_per_second: Input should be greater than 0 (the most requests a second"),
        ("[not_applicable]\n'phase1.x' = ' '", "not_applicable: 'phase1.x' is not applicable without"),
        ("frontend_url = 'https://me:pw@x'", "frontend_url: holds a user name or a password; take it"),
        ("queues =", "is not TOML: "),
    ],
)
def test_a_fault_is_one_line_with_the_way_out(tmp_path: Path, text: str, complaint: str) -> None:
    """
    It names the file, the place in it, and what was meant or is permitted.
    """
    with pytest.raises(TargetError) as error:
        load(tmp_path, WHOLE + text)
    assert str(error.value).startswith(f"targets/staging.toml: {complaint}")
    assert "\n" not in str(error.value)
    assert "pw@x" not in str(error.value)


def test_a_misspelt_setting_is_told_once(tmp_path: Path) -> None:
    """
    That the setting is missing which was meant follows from it.
    """
    with pytest.raises(TargetError) as error:
        load(tmp_path, WHOLE.replace("base_url", "base_urll"))
    assert str(error.value) == "targets/staging.toml: no setting 'base_urll'; did you mean 'base_url'?"


def test_a_place_without_a_right_value_names_those_there_are(tmp_path: Path) -> None:
    """
    The name that is reserved for the embedded target is none of them.
    """
    with pytest.raises(TargetError) as error:
        load(tmp_path, WHOLE.replace("staging", "test", 1))
    assert str(error.value) == "targets/staging.toml: environment: no value 'test'; permitted: staging, production"


def test_a_secret_of_the_wrong_kind_is_not_repeated() -> None:
    """
    Nor would a list of secrets be.
    """

    class Many(Target):
        """A target with two secrets in one setting."""

        words: tuple[SecretStr, ...] = ()

    with pytest.raises(TargetError) as error:
        validated(Many, "here", {"name": "t", "environment": "staging", "base_url": "http://x", "words": "s3cret"})
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "dsn", ["s3cret", "https://host.example/1", "https://s3cret@host.example", "https://s3cret@host.example:x/1"]
)
def test_a_dsn_that_is_none_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    """
    Sentry's own client would refuse it in the middle of a check.
    """
    monkeypatch.setenv("XCR_SENTRY_DSN", dsn)
    with pytest.raises(TargetError, match="is no DSN of Sentry; it is https://KEY@HOST/PROJECT") as error:
        load(tmp_path, WHOLE)
    assert "s3cret" not in str(error.value)
    assert "SENTRY_DSN" in str(error.value).upper()


def test_settings_with_a_form_are_taken_in_that_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An address of IPv6 has its port behind the brackets, and a rotation its time where it has one.
    """
    monkeypatch.setenv("XCR_SENTRY_DSN", "https://key@o1.host.example:8443/path/7")
    text = "closed_ports = ['[::1]:5432', 'db.example:1']\nsecrets_rotated_at = '2026-01-31T10:00:00+01:00'\n"
    target = load(tmp_path, WHOLE + text)
    assert isinstance(target, XcrTarget)
    assert target.closed_ports == ("[::1]:5432", "db.example:1")


def test_a_misspelt_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Only the prefix of the suite makes a variable ours.
    """
    monkeypatch.setenv("ROLLOUT_BASE_URI", "http://127.0.0.1:8")
    assert load(tmp_path, WHOLE).url() == "http://127.0.0.1:9"
    monkeypatch.setenv("XCR_BASE_URI", "http://127.0.0.1:8")
    with pytest.raises(TargetError, match=r"^no setting 'XCR_BASE_URI'; did you mean base_url in targets/staging.toml"):
        load(tmp_path, WHOLE)
    monkeypatch.delenv("XCR_BASE_URI")
    monkeypatch.setenv("XCR_USER_PASWORD", "s3cret")
    with pytest.raises(TargetError, match=r"^no secret 'XCR_USER_PASWORD'; did you mean 'XCR_USER_PASSWORD'"):
        load(tmp_path, WHOLE)


def test_an_absent_target_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    """
    The nearest name, else all of them.
    """
    (tmp_path / "staging.toml").touch()
    with pytest.raises(TargetError, match=r"^no target 'stging'; did you mean 'staging'"):
        named_target(Target, "stging", tmp_path)


def test_the_reference_is_current_and_complete() -> None:
    """
    docs/targets.md is what `rollout schema --target` prints, every setting says what it means, and so does every action.
    """
    assert (ROOT / "docs" / "targets.md").read_text(encoding="utf-8") == reference(XcrTarget)
    assert [name for name, field in XcrTarget.model_fields.items() if not field.description] == []
    assert set(ACTIONS) == set(Action)
