"""The reasons for a HOLD that a busy machine gives, not the service under test."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rollout.judge.verdict import Verdict

BUSY = re.compile(
    r"of arrivals left more than [\d.]+ ms late, limit|the generator was saturated: |the generator sent \d+ of \d+ planned"
    r"|was kept from a processor for "
)


def held_back_by_more(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """The findings that are not met and not held back by the machine, each with its reason."""
    return [f"{each['id']}: {each['verdict']}: {each['reason']}" for each in findings if not excused(each)]


def excused(finding: Mapping[str, Any]) -> bool:
    """Whether a finding is met, or the generator, the monitor or the target got too little of the machine to show it."""
    if finding["verdict"] == Verdict.MET.name:
        return True
    return finding["verdict"] == Verdict.UNPROVEN.name and BUSY.search(finding["reason"]) is not None
