"""Words and numbers as reports write them; text from evidence is hostile until `clean` had it."""

from typing import Any

from rollout.clean_text import clean as clean
from rollout.clean_text import clean_lines


def visible(content: Any) -> Any:
    """A document of JSON with visible characters only, in keys too; lines stay apart."""
    if isinstance(content, str):
        return clean_lines(content)
    if isinstance(content, dict):
        return {visible(name): visible(value) for name, value in content.items()}
    return [visible(each) for each in content] if isinstance(content, list) else content


def clipped(text: object, length: int) -> str:
    """*text* cleaned and cut to *length* characters, which shows."""
    whole = clean(text)
    return whole if len(whole) <= length else f"{whole[: length - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """`1 criterion`, `2 criteria`, `3,000 requests`."""
    plural = f"{noun.removesuffix('on')}a" if noun.endswith("criterion") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def number(value: float) -> str:
    """A number as axes and captions write it: three digits that matter, thousands apart."""
    if value and abs(value) < 0.001:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
