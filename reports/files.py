"""Write a report whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, text: str) -> Path:
    """Replace *path* by *text* atomically, so that no reader sees an incomplete decision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", errors="replace")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def write_json(path: Path, content: Any) -> Path:
    """Replace *path* by *content* as JSON, atomically."""
    return write(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
