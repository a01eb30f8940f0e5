"""Parse downloaded reports: JSON, Markdown and PDF."""

import io
from typing import Any

from rollout.bounded_text import json_of
from rollout.target.message import one_line


def json_report(content: bytes) -> Any:
    """A JSON report; AssertionError if it is none."""
    try:
        return json_of(content)
    except ValueError as error:
        raise AssertionError(f"JSON report: got {error}, want JSON; it begins {beginning(content)}") from None


def markdown_report(content: bytes) -> str:
    """The text of a Markdown report; AssertionError if it is empty or no text."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AssertionError(f"Markdown report: got {error}, want UTF-8") from None
    assert text.strip(), "Markdown report: got nothing, want text"
    return text


def pdf_report(content: bytes) -> str:
    """The text of all pages of a PDF; AssertionError if it cannot be opened."""
    from pypdf import PdfReader  # takes half a second, and few processes of a run need it
    from pypdf.errors import PyPdfError

    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content), strict=True).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise AssertionError(
            f"PDF report: got {one_line(str(error))}, want a PDF; it begins {beginning(content)}"
        ) from None


def beginning(content: bytes) -> str:
    """The first bytes, for a message."""
    return repr(content[:60])
