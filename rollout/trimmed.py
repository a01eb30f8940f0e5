"""What is printed where nobody wants colours: without the blanks that fill a line up to its end."""

import io
import re
from typing import TextIO

FILL = re.compile(r"[ \t]+(?=\n|$)")


def trimmed(text: str) -> str:
    """Some text without the blanks at the end of its lines."""
    return FILL.sub("", text)


class Trimmed(io.TextIOBase):
    """Standard output, or another stream, to which whole lines are written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # of TextIOBase it cannot be told
        """How the stream writes what it is told."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write the lines of *text* without what fills them."""
        return self._stream.write(trimmed(text))

    def flush(self) -> None:
        """Let the stream write what it holds."""
        self._stream.flush()
