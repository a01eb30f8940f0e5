"""Show a round of a game day: its lines on a terminal, and its opening as text and as JSON."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from rollout.clean_text import clean
from rollout.cli.output import write
from rollout.gameday.round_account import How, RoundAccount

STYLES: dict[How, str] = {"noticed": "green", "quiet": "green", "could not tell": "yellow"}


def line(out: Console, text: str, style: str | None = None) -> None:
    """One line as it is."""
    out.print(clean(text), style=style, markup=False, soft_wrap=True)


def shown(out: Console, account: RoundAccount, journal: Path, as_json: bool) -> None:
    """Print the opening of a round, as text or as JSON."""
    if as_json:
        write(json.dumps(document(account, journal), indent=2, ensure_ascii=False) + "\n")
        return
    for text in opening(account):
        line(out, text, STYLES.get(account.how, "red"))
    line(out, f"the opening fits the commitment; check it again: rollout gameday --check {journal}", "dim")


def opening(account: RoundAccount) -> list[str]:
    """The hidden fault and its effects, one fact per line."""
    opened = account.opened
    hidden = f"hidden was {opened.fault}" if opened.fault else "hidden was nothing"
    begun = "" if opened.injected or not opened.fault else ", and the round was over before it was switched on"
    return [
        f"{account.how}: {hidden}{begun}",
        *([f"trouble: {opened.trouble}"] if opened.trouble else []),
        *([f"false alarm: {', '.join(account.false_alarms)}"] if account.false_alarms else []),
        *([f"noticed after {account.noticed_after_s:.1f} s by {account.noticed_by}"] if account.noticed_by else []),
        decision(account),
        *rolled_back(account),
        f"of {opened.requests} requests of users {opened.failed} failed; {loss(account)}",
    ]


def decision(account: RoundAccount) -> str:
    """The decision, the person who made it, and the time."""
    if not account.decided_by:
        return "nobody decided to roll back"
    when = "" if account.decided_after_s is None else f" after {account.decided_after_s:.1f} s"
    return f"{account.decided_by} decided to roll back{when}"


def rolled_back(account: RoundAccount) -> list[str]:
    """The time at which users had left the new backend, or the reason why they had not."""
    if why := account.opened.not_rolled_back:
        return [f"not rolled back: {why}"]
    if account.rolled_back_after_s is None:
        return []
    return [f"every user had left the new backend after {account.rolled_back_after_s:.1f} s"]


def loss(account: RoundAccount) -> str:
    """The number of writes, and of lost or altered ones."""
    lost, written = account.opened.lost, account.opened.written
    return (
        f"of {written} writes {'nobody could tell what is there' if lost is None else f'{lost} were lost or altered'}"
    )


def document(account: RoundAccount, journal: Path) -> dict[str, Any]:
    """A round as JSON."""
    opened = account.opened
    return {
        "ended": account.how,
        "fault": opened.fault or None,
        "noticed_by": account.noticed_by or None,
        "noticed_after_s": account.noticed_after_s,
        "decided_by": account.decided_by or None,
        "decided_after_s": account.decided_after_s,
        "rolled_back_after_s": account.rolled_back_after_s,
        "not_rolled_back": opened.not_rolled_back or None,
        "false_alarms": list(account.false_alarms),
        "requests": opened.requests,
        "failed_requests": opened.failed,
        "written": opened.written,
        "lost": opened.lost,
        "trouble": opened.trouble or None,
        "journal": str(journal),
    }
