"""A target file that is wrong is refused in one line a fault, before the first request."""

from pathlib import Path

import pytest

from rollout.target import Target, TargetError
from rollout.target.loading import named_target
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
    with pytest.raises(TargetError, match=r"^target 'staging': no setting 'admin_email'; permitted: allow, "):
        load(tmp_path, WHOLE + 'admin_email = "a@example.com"\n', Target)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("frontend_ur = 'x'", "target 'staging': no setting 'frontend_ur'; did you mean 'frontend_url'?"),
        ("user_password = 'x'", "staging.toml: user_password is a secret; set XCR_USER_PASSWORD in the environment"),
        (
            "[not_applicable]\n'phase1.x' = ' '",
            "target 'staging': not_applicable: 'phase1.x' is not applicable without",
        ),
        (
            "frontend_url = 'https://me:pw@x'",
            "target 'staging': frontend_url: holds a user name or a password; take it",
        ),
        ("queues =", "staging.toml: is not TOML: "),
    ],
)
def test_a_fault_is_one_line_with_the_way_out(tmp_path: Path, text: str, complaint: str) -> None:
    """
    It names file or setting, and what is permitted.
    """
    with pytest.raises(TargetError) as error:
        load(tmp_path, WHOLE + text)
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)
    assert "pw@x" not in str(error.value)


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
