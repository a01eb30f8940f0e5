"""Alembic's revisions of the stand-in's database."""

HEAD = "0004"
"""The newest revision; a test compares it with Alembic's own answer, which takes a second to import."""
