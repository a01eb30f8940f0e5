"""Clean Allure's files of secrets and control characters: its plugin takes exceptions and attachments not from the reports."""

from typing import Any

import allure_commons
import allure_pytest.plugin
from allure_commons.logger import AllureFileLogger

from rollout.pytest_plugin.harmless import Anything, harmless


def keep_allure_harmless() -> None:
    """Make Allure's plugin write by HarmlessAllure; to be called before it makes its writer."""
    allure_pytest.plugin.AllureFileLogger = HarmlessAllure


class HarmlessAllure(AllureFileLogger):
    """Writes Allure's files with each text cleaned."""

    def _report_item(self, item: Any) -> None:
        super()._report_item(harmless_model(item))  # type: ignore[no-untyped-call]  # it ships no types

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment; UTF-8 text is cleaned, other content stays as it is."""
        super().report_attached_data(harmless_body(body), file_name)  # type: ignore[no-untyped-call]


def harmless_model(item: Anything) -> Anything:
    """An Allure model with every text inside cleaned, in place."""
    if isinstance(item, list):
        return [harmless_model(part) for part in item]  # type: ignore[return-value]
    if isinstance(item, str):
        return harmless(item)
    if hasattr(item, "__attrs_attrs__"):
        for name, part in vars(item).items():
            setattr(item, name, harmless_model(part))
    return item


def harmless_body(body: str | bytes) -> str | bytes:
    """The body of an attachment, cleaned if it is text in UTF-8."""
    if isinstance(body, str):
        return harmless(body)
    try:
        return harmless(body.decode()).encode()
    except UnicodeDecodeError:
        return body
