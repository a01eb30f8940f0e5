"""A service with two endpoints; `RUDE=1` makes it forget the name of its guest."""

import os
from typing import Any

from fastapi import FastAPI

app = FastAPI()


@app.get("/status")
def status() -> dict[str, Any]:
    """Its build, and how full it is."""
    return {"build": "7", "taken_percent": 40}


@app.get("/greeting/{name}")
def greeting(name: str) -> dict[str, str]:
    """A greeting."""
    return {"text": "Hello" if os.environ.get("RUDE") else f"Hello {name}"}
