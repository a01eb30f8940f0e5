"""Lines that carry their own hash and that of the line before, for journals and registers."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEAL = ',"hash":"'
SEAL_BYTES = len(SEAL) + 64 + len('"}')
END_BYTES = SEAL_BYTES + 1  # with the end of the line
SEAL_START = SEAL.encode()
GENESIS = "0" * 64


def canonical(body: Mapping[str, Any]) -> str:
    """One line of JSON with sorted keys; NaN and infinities raise ValueError, they must be recorded as text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def sealed(body: Mapping[str, Any]) -> tuple[str, str]:
    """The line that goes to the file and its hash; the seal covers every byte of the line before it."""
    text = canonical(body)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{text[:-1]}{SEAL}{digest}"}}\n', digest


def unsealed(line: bytes) -> tuple[bytes, str]:
    """The JSON of a *line* and its hash; an empty hash where the seal does not hold."""
    body = line[:-END_BYTES] + b"}"
    digest = hashlib.sha256(body).hexdigest()
    return body, digest if line[-END_BYTES:-3] == SEAL_START + digest.encode() and line[-3:] == b'"}\n' else ""
