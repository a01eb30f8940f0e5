"""The stand-in's web application: our own small XCodeReviewer backend."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app() -> "FastAPI":
    """Create the application; imported late, so that the import of a schema does not load all of it."""
    from standin.app.factory import create_app as build

    return build()
