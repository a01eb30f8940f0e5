"""Middleware around every request, in plain ASGI, because the hot path is measured."""
