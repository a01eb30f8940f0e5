"""Format texts and numbers for reports; text from evidence is hostile until it was cleaned."""

import math
from typing import Any

from rollout.clean_text import clean as clean
from rollout.clean_text import clean_lines

LEAST_PLAIN, MOST_PLAIN = 0.001, 1e9  # range of numbers that are written in full


def visible(content: Any) -> Any:
    """A JSON document with visible characters only, also in keys; line breaks stay."""
    if isinstance(content, str):
        return clean_lines(content)
    if isinstance(content, dict):
        return {visible(name): visible(value) for name, value in content.items()}
    return [visible(each) for each in content] if isinstance(content, list) else content


def clipped(text: object, length: int) -> str:
    """*text* cleaned and cut to *length* characters, with a mark at the cut."""
    whole = clean(text)
    return whole if len(whole) <= length else f"{whole[: length - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """`1 criterion`, `2 criteria`, `3,000 requests`."""
    plural = f"{noun.removesuffix('on')}a" if noun.endswith("criterion") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def number(value: float) -> str:
    """A number as axes and captions write it: three digits that matter, thousands apart, and powers of ten where those are many."""
    if value and math.isfinite(value) and not LEAST_PLAIN <= abs(value) < MOST_PLAIN:
        digits, _, power = f"{value:.2e}".partition("e")
        return f"{float(digits):g}·10^{int(power)}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
