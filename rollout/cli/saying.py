"""The statement in the options of `rollout attest`, and the refusal of options without effect."""

from dataclasses import dataclass
from pathlib import Path

from rollout.clean_text import clean
from rollout.judge.person import added, forms, hidden, mixed_word, unusual
from rollout.judge.statements import EVERY_OVERRIDE


@dataclass(frozen=True)
class Saying:
    """
    The statement of a person; *accepted* is False for a refusal, *answers* is a file of feedback forms.

    *of* names the journal to be revoked, *override* is True for going on in spite of a decision, *until* is an ISO date.
    """

    by: str
    role: str
    statement: str
    accepted: bool = True
    answers: Path | None = None
    of: str = EVERY_OVERRIDE
    override: bool = False
    until: str | None = None

    def reason(self) -> str:
        """The statement; ValueError if it or the name is missing."""
        self.name()
        if not clean(self.statement).strip():
            raise ValueError("an attestation without a reason does not count: --statement TEXT")
        return self.statement

    def name(self) -> str:
        """The name; ValueError if it is missing, or could be mistaken for another one (invisible or mixed letters, more than a name)."""
        if not forms(self.by):
            raise ValueError("an attestation needs a name: --by NAME")
        if hidden(self.by):
            raise ValueError(f"--by {self.by!r} holds characters that nobody sees; type the name anew")
        if word := mixed_word(self.by):
            raise ValueError(f"--by: {word!r} mixes letters of several scripts; write the name in one of them")
        if letter := unusual(self.by):
            raise ValueError(f"--by: {letter!r} is no usual letter of any script; write the name with usual ones")
        if sign := added(self.by):
            raise ValueError(
                f"--by: {sign!r} stands in no name; write the name alone, as it is spoken, and the role in --role"
            )
        return self.by


def refuse_misplaced(what: str, subject: str | None, saying: Saying) -> None:
    """Raise ValueError for options that do not belong to *what*."""
    refuse_idle(what, saying)
    if saying.override or subject is not None:
        refuse_unread(saying, "an override" if subject is None else what)
    if saying.override and subject is not None:
        way_out = f"rollout attest {subject.partition('.')[0]} --override --until DATE --by NAME"
        raise ValueError(f"--override is about a phase and {what} is not; write: {way_out}")


def refuse_idle(what: str, saying: Saying) -> None:
    """Raise ValueError for an option that would change nothing."""
    if saying.until is not None and not saying.override:
        raise ValueError("--until says when an override runs out; it needs --override")
    if saying.of != EVERY_OVERRIDE and what != "revoke":
        way_out = f"rollout attest revoke PHASE --of {saying.of} --by NAME"
        raise ValueError(f"--of says whose word is taken back; write: {way_out}")


def refuse_unread(saying: Saying, deed: str) -> None:
    """Raise ValueError for --refuse or --answers with a *deed* that ignores them."""
    if not saying.accepted:
        raise ValueError(f"--refuse refuses a criterion; {deed} is no question: who does not want it writes nothing")
    if saying.answers is not None:
        raise ValueError(f"--answers are counted for a criterion; {deed} has none: leave them out")
