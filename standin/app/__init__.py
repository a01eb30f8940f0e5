"""The stand-in's web application: our own small XCodeReviewer backend."""

from standin.app.factory import create_app

__all__ = ["create_app"]
