"""Remove the blanks at the end of lines, for output without colours."""

import io
import re
from typing import TextIO

FILL = re.compile(r"[ \t]+(?=\n|$)")


def trimmed(text: str) -> str:
    """*text* without the blanks at the end of its lines."""
    return FILL.sub("", text)


class Trimmed(io.TextIOBase):
    """A stream that trims whole lines and writes them to standard output or another stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # TextIOBase has no settable one
        """The encoding of the underlying stream."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write *text* without the blanks at the end of its lines."""
        return self._stream.write(trimmed(text))

    def flush(self) -> None:
        """Flush the underlying stream."""
        self._stream.flush()
