"""Read the record in one line of a journal, or raise with the field that does not fit."""

import msgspec

from rollout.evidence.records import KINDS, LoadGenerator, LoadSecond, Moment, Record, Unreadable

DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}


class Envelope(msgspec.Struct, frozen=True):
    """What every line has around its record: its number, the hash of the line before, its kind and its time."""

    seq: int
    prev: str
    kind: str
    t: Moment


ENVELOPE = msgspec.json.Decoder(Envelope)


def envelope_of(line: bytes) -> Envelope:
    """The envelope of a *line* of JSON; Unreadable if there is none."""
    try:
        return ENVELOPE.decode(line)
    except (ValueError, RecursionError) as error:  # msgspec's own errors, text that is no UTF-8, endless nesting
        raise Unreadable(explained(error)) from error


class SecondLine(LoadSecond, frozen=True, kw_only=True, tag="load-second"):
    """A `load-second` with its envelope."""

    t: Moment
    seq: int
    prev: str


class ReadingLine(LoadGenerator, frozen=True, kw_only=True, tag="load-generator"):
    """A `load-generator` with its envelope."""

    t: Moment
    seq: int
    prev: str


MANY = msgspec.json.Decoder(SecondLine | ReadingLine)


def opened(line: bytes) -> tuple[Record, int, str]:
    """
    The record in a *line* of JSON with its number and the hash of the line before; Unreadable if there is none.

    Nearly all lines of a large journal are of two kinds: their envelope is decoded along with them.
    """
    try:
        found = MANY.decode(line)
    except (ValueError, RecursionError):  # another kind, or one that does not fit: decoded again to say why
        envelope = envelope_of(line)
        return decoded(envelope.kind, line), envelope.seq, envelope.prev
    return found, found.seq, found.prev


def decoded(kind: str, line: bytes) -> Record:
    """The record in a *line* of JSON; Unreadable if the kind is unknown or a field does not fit."""
    decoder = DECODERS.get(kind)
    if decoder is None:
        raise Unreadable(f"kind: {kind!r} is unknown to this version")
    try:
        return decoder.decode(line)
    except (ValueError, RecursionError) as error:  # msgspec's own errors, text that is no UTF-8, endless nesting
        raise Unreadable(f"{kind}: {explained(error)}") from error


def explained(error: BaseException) -> str:
    """An error of msgspec with the field first: `names[...][2]: Expected ...`."""
    what, _, where = str(error).partition(" - at `$")
    field = where.removesuffix("`").removeprefix(".")
    return f"{field}: {what}" if field else what


def refuse_unreadable(record: Record) -> None:
    """Raise Unreadable for a record that no reader could read back: a number out of range, or half a character."""
    kind = str(record.__struct_config__.tag)
    try:
        line = msgspec.json.encode(record)
    except ValueError as error:  # one half of a surrogate pair
        raise Unreadable(f"{kind}: holds a character that is none: {error}") from error
    decoded(kind, line)
