"""Operations of special flows (password reset, confirmation, export, download), and the tokens in their answers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from rollout.bounded_text import json_of
from rollout.target.openapi import Operation

WORDS = re.compile(r"reset|forgot|recover|confirm|verif|activat|invit|magic|resend|export|download", re.IGNORECASE)
LINKS = re.compile(r"reset|forgot|recover|resend|magic", re.IGNORECASE)
ACCOUNT = ("email", "username")
LEAST_LETTERS = 16
WEB_TOKEN = re.compile(r"eyJ[\w-]{6,2000}\.[\w-]{2,4000}\.[\w-]{0,2000}")


def special(operations: Iterable[Operation]) -> list[Operation]:
    """The operations of special flows, by the words of their paths."""
    return [one for one in operations if WORDS.search(one.path)]


def sends_links(operations: Iterable[Operation]) -> list[Operation]:
    """The operations that send a link to an account, given its name or address."""
    return [
        one
        for one in operations
        if one.method == "POST" and not one.places and LINKS.search(one.path) and asks_for(one) & set(ACCOUNT)
    ]


def asks_for(operation: Operation) -> set[str]:
    """The names of the fields of an operation's body."""
    properties = (operation.body or {}).get("properties")
    return set(properties) if isinstance(properties, dict) else set()


def tokens_in(answer: httpx.Response) -> list[str]:
    """The texts of an answer that look like tokens: JSON web tokens, and long texts with a name such as `token`."""
    try:
        called = list(called_tokens(json_of(answer.content)))
    except ValueError:
        called = []
    return list(dict.fromkeys([*called, *WEB_TOKEN.findall(answer.text)]))


def called_tokens(value: Any) -> Iterator[str]:
    """The texts of a JSON value whose keys name tokens."""
    if isinstance(value, list):
        for each in value:
            yield from called_tokens(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and "token" in name.lower() and len(each) >= LEAST_LETTERS:
                yield each
            yield from called_tokens(each)
