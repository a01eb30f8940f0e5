"""Allure: what no test showed beside the tests, the surroundings of the run, and the page where npm's `allure` is there."""

from reports.allure.report import render

__all__ = ["render"]
