"""Find the commands of psql in SQL, line by line: a backslash in a text, a name or a comment begins none."""

import re
from dataclasses import dataclass

WORD = rb"\w$\x80-\xff"  # the characters of a name without quotes
OPENS = re.compile(
    rb"--[^\r\n]*|(?P<text>(?<![" + WORD + rb"])[eE]'|')|(?P<name>\")|(?P<comment>/\*)"
    rb"|(?P<dollar>(?<![" + WORD + rb"])\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$)|(?P<command>\\[^;:\s]\w*)"
)
TEXT, NAME = re.compile(rb"''|(?P<end>')"), re.compile(rb'(?P<end>")')
ESCAPED = re.compile(rb"\\.|''|(?P<end>')", re.DOTALL)  # a backslash takes the meaning of a quote
COMMENT = re.compile(rb"(?P<open>/\*)|(?P<end>\*/)")
ESCAPES_ON = re.compile(rb"\bstandard_conforming_strings\b\W+off\b", re.IGNORECASE)


@dataclass
class SqlScanner:
    """
    The place in SQL after the lines so far.

    *ends* finds the end of the text, name or comment that is open, *depth* is that of comments. With *escapes* a
    backslash is special in every text.
    """

    ends: re.Pattern[bytes] | None = None
    depth: int = 0
    escapes: bool = False

    def commands(self, line: bytes) -> list[bytes]:
        """The commands of psql in the next *line*."""
        found: list[bytes] = []
        at = 0
        while at < len(line):
            at = self.leave(self.ends, line, at) if self.ends else self.enter(line, at, found)
        self.escapes = self.escapes or (self.ends is None and ESCAPES_ON.search(line) is not None)
        return found

    def enter(self, line: bytes, at: int, found: list[bytes]) -> int:
        """Go on to what opens next, or to a command, which is added to *found*; the place after it."""
        opened = OPENS.search(line, at)
        if opened is None:
            return len(line)
        self.depth = 1
        match opened.lastgroup:
            case "command":
                found.append(opened[0])
            case "text":
                self.ends = ESCAPED if self.escapes or opened[0] != b"'" else TEXT
            case "name":
                self.ends = NAME
            case "comment":
                self.ends = COMMENT
            case "dollar":
                self.ends = re.compile(rb"(?P<end>" + re.escape(opened[0]) + rb")")
        return opened.end()

    def leave(self, ends: re.Pattern[bytes], line: bytes, at: int) -> int:
        """Go on to the end of what is open; the place after it."""
        for each in ends.finditer(line, at):
            self.depth += {"open": 1, "end": -1}.get(each.lastgroup or "", 0)
            if self.depth == 0:
                self.ends = None
                return each.end()
        return len(line)
