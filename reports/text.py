"""Text from evidence is hostile until it went through here."""

import re
import unicodedata

SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor movement
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]?",  # two-character escapes and a lone ESC
    re.DOTALL,
)
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction overrides, half surrogates, separators


def clean(text: object) -> str:
    """One line of visible characters: escape sequences and controls go, line ends become spaces."""
    plain = str(text)
    if plain.isprintable():
        return plain
    flat = SEQUENCES.sub("", plain)
    flat = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+", " ", flat)
    if flat.isprintable():
        return flat
    return "".join(
        letter for letter in flat if unicodedata.category(letter) not in INVISIBLE or letter in "\u200d\ufe0f"
    )


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
