"""The stand-in's web application: our own small XCodeReviewer backend."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app() -> "FastAPI":
    """Put together only when asked: whoever needs a schema need not load the whole of it."""
    from standin.app.factory import create_app as build

    return build()
