"""kubectl as it is run: no shell, context and namespace in every command, and what its complaints mean."""

import shlex
from pathlib import Path

import pytest

from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed, kubectl_of
from rollout.target.obstacle import NotConfigured
from rollout.target.settings import Target, TargetError


def fake(folder: Path, said: str = "", code: int = 0) -> Kubectl:
    """A program in the place of kubectl, which records its arguments a line each."""
    program = folder / "kubectl"
    text = f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(folder / "asked"))}\necho {shlex.quote(said)} >&2\nexit {code}\n'
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    return Kubectl(str(program), "west", "shop")


def test_no_shell_reads_what_is_sent(tmp_path: Path) -> None:
    """
    A value of the plan is one argument, whatever is in it.
    """
    fake(tmp_path).run("set", "env", "deployment/a", "X=$(touch owned); `id`")
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked == [
        *("--context=west", "--namespace=shop", "--request-timeout=10s"),
        *("set", "env", "deployment/a", "X=$(touch owned); `id`"),
    ]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("Error from server (Forbidden): deployments.apps is forbidden", KubectlRefused),
        ('Error from server (NotFound): deployments.apps "x" not found', KubectlRefused),
        ("error: failed to patch env update to pod template: deployments.apps is forbidden: no", KubectlRefused),
        ('error: context "west" does not exist', KubectlRefused),
        ("error: unable to find specified revision 9 in history", KubectlRefused),
        ("Error from server (Conflict): the object has been modified", Unconfirmed),
        ("Unable to connect to the server: EOF", Unconfirmed),
        ("Error from server (InternalError): x", Unconfirmed),
        ("", Unconfirmed),
    ],
)
def test_a_no_for_good_is_told_from_no_answer(tmp_path: Path, said: str, error: type[Exception]) -> None:
    """
    What would be said again is not asked again.
    """
    with pytest.raises(error):
        fake(tmp_path, said, 1).run("scale", "deployment/a", "--replicas=0")


def test_an_answer_that_is_no_json_is_none(tmp_path: Path) -> None:
    """
    A page of a proxy in between.
    """
    with pytest.raises(Unconfirmed, match="the answer is no JSON"):
        fake(tmp_path).read("deployment", "a")


def test_an_answer_that_is_nested_too_deep_is_none(tmp_path: Path) -> None:
    """
    Reading it would end the rollback with the error of a program.
    """
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000, encoding="utf-8")
    program = tmp_path / "kubectl"
    program.write_text(f"#!/bin/sh\ncat '{deep}'\n", encoding="utf-8")
    program.chmod(0o700)
    with pytest.raises(Unconfirmed, match="the answer is no JSON"):
        Kubectl(str(program), "west", "shop").read("deployment", "backend")


def target(**settings: str) -> Target:
    """A target with some settings."""
    facts = {"name": "staging", "environment": "staging", "base_url": "http://127.0.0.1:9", **settings}
    return Target.model_validate(facts)


@pytest.mark.parametrize("settings", [{}, {"kubernetes_context": "west"}, {"kubernetes_namespace": "shop"}])
def test_context_and_namespace_are_never_taken_from_elsewhere(settings: dict[str, str]) -> None:
    """
    The context that happens to be current may be another system's.
    """
    with pytest.raises(NotConfigured):
        kubectl_of(target(**settings))


def test_without_kubectl_nothing_is_carried_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    One line with the way out.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match="kubectl is not on PATH: install it"):
        kubectl_of(target(kubernetes_context="west", kubernetes_namespace="shop"))
