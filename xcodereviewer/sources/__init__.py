"""Samples of what only the API of XCodeReviewer tells."""
