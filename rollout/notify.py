"""Pass a decision to the installed notifiers; the engine itself sends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rollout.extensions import NOTIFIERS, ExtensionError
from rollout.judge.decision import Decision


@dataclass(frozen=True)
class Notice:
    """A message to people: a *subject* of one line and a *text*, about a *phase* and its *decision*."""

    subject: str
    text: str
    phase: str
    decision: Decision


@dataclass(frozen=True)
class Delivery:
    """Whether a notice was *delivered*, and the receiver's answer (*said*) in one line."""

    delivered: bool
    said: str = ""


class Notifier(Protocol):
    """Sends one notice and returns its delivery; an exception counts as a notice that was not delivered."""

    def __call__(self, notice: Notice, /) -> Delivery: ...


def notify(notice: Notice) -> Iterator[tuple[str, Delivery]]:
    """Call every installed notifier with the *notice*; yields its name and delivery. An error in one does not stop the others."""
    for entry in NOTIFIERS.entries():
        try:
            delivery: Delivery = NOTIFIERS.called(entry, notice)
        except ExtensionError as error:
            delivery = Delivery(False, str(error))
        yield entry.name, delivery


def notice_of(decision: Decision) -> Notice:
    """The notice of a *decision*: its line, and under it each finding that is not met."""
    lines = [f"{each.id}: {each.verdict.name}: {each.reason}" for each in decision.deciding if each.verdict]
    subject = f"{decision.phase} of {decision.release} on {decision.target}: {decision.outcome}"
    return Notice(subject, "\n".join([decision.line, *lines]), decision.phase, decision)


def told(name: str, delivery: Delivery) -> str:
    """The delivery by the notifier *name* in one line."""
    return f"{name}: {'told' if delivery.delivered else 'not told'}{f': {delivery.said}' if delivery.said else ''}"
