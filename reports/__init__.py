"""Renderers of decisions: terminal, pull request, page, JSON, JUnit, Allure; none of them judges."""
