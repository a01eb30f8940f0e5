"""Allure: results of criteria without tests, the environment of the run, and the page if npm's `allure` is installed."""

from reports.allure.report import render

__all__ = ["render"]
