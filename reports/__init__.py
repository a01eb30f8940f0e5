"""Decisions for people and machines: the terminal, a pull request, a page; nothing here judges."""
