"""Make text from outside safe to show: only visible characters stay, no escape sequence, control or direction override."""

import re
import unicodedata

SEQUENCES = re.compile(
    r"\x1b\[[0-?]*+[ -/]*+[@-~]?"  # colours, cursor movement
    r"|\x1b[\]PX^_][^\x07\x1b]*+(?:\x07|\x1b\\)?"  # titles, links, device strings
    r"|\x1b[ -/]*+[0-~]?"  # two-character escapes and a lone ESC
)
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction overrides, half surrogates, separators
LINE_ENDS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")


def clean(text: object) -> str:
    """One line of visible characters: escape sequences and controls go, line ends become spaces."""
    plain = str(text)
    if plain.isprintable():
        return plain
    flat = LINE_ENDS.sub(" ", SEQUENCES.sub("", plain))
    if flat.isprintable():
        return flat
    return "".join(
        letter for letter in flat if unicodedata.category(letter) not in INVISIBLE or letter in "\u200d\ufe0f"
    )


def clean_lines(text: str) -> str:
    """`clean` for each line of a text; the line breaks stay, each tab becomes a space."""
    return text if text.isprintable() else "\n".join(map(clean, text.split("\n")))


def unmarked(text: str) -> str:
    """A sentence of a Markdown document, or a comment of a command in it, without its marks."""
    return text.replace("**", "").replace("`", "").lstrip("# ")
