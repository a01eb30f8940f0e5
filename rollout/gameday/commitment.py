"""
What is hidden in a round, and the commitment to it: a hash that reveals nothing before and rules out a later change.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random, SystemRandom
from typing import Any

from rollout.evidence.records import GamedayCommitted, GamedayOpened

NOTHING = ""
NOTHING_SHARE = 0.25  # of the rounds: they show how often healthy systems are rolled back
EARLIEST_S = 5.0  # seconds; a fault from the beginning would show as a difference to the time before
LATEST_SHARE = 0.4  # of a round; the rest is for noticing
SALT_BYTES = 32


class WrongOpening(ValueError):
    """A round whose opening is not what was committed to."""


@dataclass(frozen=True)
class Hidden:
    """
    The *fault* by name, empty for none, and *after_s* seconds after which it is switched on; never shown by its repr.

    The *salt* prevents finding the fault by hashing every name.
    """

    fault: str = field(repr=False)
    after_s: float = field(repr=False)
    salt: str = field(repr=False, default_factory=lambda: secrets.token_hex(SALT_BYTES))

    def commitment(self) -> str:
        """The SHA-256 of fault, time and salt, in hexadecimal."""
        return sha256(json.dumps([self.fault, self.after_s, self.salt]).encode()).hexdigest()

    def opened(self, **facts: Any) -> GamedayOpened:
        """The record that reveals it, with the other *facts* of a round."""
        return GamedayOpened(fault=self.fault, after_s=self.after_s, salt=self.salt, **facts)


def hide(candidates: Sequence[str], for_s: float, draw: Random | None = None) -> Hidden:
    """
    One of the *candidates* or nothing, at a random moment of a round of *for_s* seconds; *draw* is its random source.
    """
    draw = draw or SystemRandom()
    nothing = draw.random() < NOTHING_SHARE
    fault, latest_s = draw.choice(candidates), max(EARLIEST_S, LATEST_SHARE * for_s)
    return Hidden(NOTHING if nothing else fault, round(draw.uniform(EARLIEST_S, latest_s), 3))


def refuse_wrong_opening(committed: GamedayCommitted, opened: GamedayOpened) -> None:
    """Raise WrongOpening unless the opening has the hash that was committed to."""
    found = Hidden(opened.fault, opened.after_s, opened.salt).commitment()
    if found != committed.commitment:
        raise WrongOpening(
            f"the opening does not fit the commitment: it hashes to {found}, and {committed.commitment} was written first"
        )
