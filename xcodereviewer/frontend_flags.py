"""The feature flags that the frontend hands to browsers."""

from typing import Any

from rollout.target.answer import expect
from rollout.target.http import Client
from rollout.target.obstacle import NotConfigured, needed
from xcodereviewer.target import XcrTarget

ABSENT = 404


def flags_document(frontend: Client, target: XcrTarget, params: dict[str, str] | None = None) -> Any:
    """The document at the path of the target's file, which is not published: a 404, or what is no JSON, is NotConfigured."""
    answer = frontend.get(needed(target, "flags_path"), params=params)
    if answer.status_code == ABSENT:
        raise NotConfigured(target, "flags_path")
    expect(answer)
    try:
        return answer.json()
    except AssertionError:
        raise NotConfigured(target, "flags_path") from None
