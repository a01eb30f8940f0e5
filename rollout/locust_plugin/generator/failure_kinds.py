"""Failures in locust's own tables: one row for each kind, of limited number, without secrets and control characters."""

import re
from typing import Any

from rollout.target.message import one_line

MOST_KINDS = 20  # of one request name
MOST_CHARACTERS = 200
OTHERS = "other failures; the first kinds are told above"
BEFORE_THE_ANSWER = re.compile(r"(?is)^(.*?)(?:,? response was|\. Response was|; body:| as JSON\. )")
NUMBER = re.compile(r"\d{4,}|0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}")


class FailureKinds:
    """Groups failures of one request name by the text of the check, never by the target's answer."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], dict[str, str]] = {}

    def text(self, method: str, name: str, error: object) -> str:
        """The text of the first failure of that kind; a common one past the limit."""
        plain = isinstance(error, str) or type(error).__name__ == "CatchResponseError"
        said = (str(error) if plain else repr(error))[:1000]
        kinds = self._texts.setdefault((method, name), {})
        kind = kind_of(said)
        if kind not in kinds:
            if len(kinds) >= MOST_KINDS:
                return OTHERS
            kinds[kind] = one_line(said, MOST_CHARACTERS) or type(error).__name__
        return kinds[kind]


def kind_of(text: str) -> str:
    """The key of a failure's kind: the text before the answer, without numbers."""
    match = BEFORE_THE_ANSWER.match(text)
    return NUMBER.sub("#", match[1] if match else text[:MOST_CHARACTERS])


def bound_failures(stats: Any) -> None:
    """Make locust's *stats* count failures by kind."""
    log_error, kinds = stats.log_error, FailureKinds()
    stats.log_error = lambda method, name, error: log_error(method, name, kinds.text(method, name, error))
