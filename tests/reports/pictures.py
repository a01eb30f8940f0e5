"""
Makes the pictures of docs/images: `python -m tests.reports.pictures [FOLDER]`.

Each outcome at 1200×800 and at 400×800, light and dark, on one sheet; the evidence in pictures; and Allure's page where npm's
`allure` is on PATH.
"""

import argparse
import base64
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from reports.allure import render as render_allure
from reports.page import render
from tests.reports.outcomes import OUTCOMES, made
from tests.reports.test_allure import served
from tests.reports.test_browser import ARGUMENTS, CHROMIUM

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZES = ((1200, 800), (400, 800))
SCHEMES = ("light", "dark")
SHEET = """<!doctype html><style>body {{ margin: 0; display: grid; grid-template-columns: auto auto; gap: 8px; padding: 8px;
 background: #888; width: max-content }} img {{ height: 560px; display: block }}</style>{}"""
QUALITY = 62  # of a JPEG; texts stay readable


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m tests.reports.pictures", description=__doc__)
    made.add_argument("folder", type=Path, nargs="?", default=IMAGES, metavar="FOLDER", help="default: docs/images")
    return made


def main(folder: Path) -> None:
    """Make every picture and print its path."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path in pictures(browser, Path(work), folder):
            print(path)
        browser.close()


def pictures(browser: Browser, work: Path, folder: Path) -> Iterator[Path]:
    """The pictures, one after the other."""
    for outcome in OUTCOMES:
        (work / outcome / "journals").mkdir(parents=True)
        decision, ledger = made(outcome, work / outcome / "journals")
        page = render(decision, ledger, work / outcome)
        yield sheet(browser, page, folder / f"decision-{outcome.lower()}.jpg")
        if outcome == "ROLLBACK":
            yield plots(browser, page, folder / "decision-plots.jpg")
            if shutil.which("allure"):
                render_allure(decision, ledger, work / outcome)
                yield from allure(browser, work / outcome / "allure-report", folder)


def sheet(browser: Browser, page: Path, path: Path) -> Path:
    """One page in all sizes and schemes, on one sheet."""
    shots = [shot(browser, page, size, scheme) for scheme in SCHEMES for size in SIZES]
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">' for each in shots)
    opened = browser.new_page(viewport={"width": 1160, "height": 1150})
    opened.set_content(SHEET.format(images))
    opened.locator("body").screenshot(path=path, type="jpeg", quality=QUALITY)
    opened.close()
    return path


def shot(browser: Browser, page: Path, size: tuple[int, int], scheme: str) -> bytes:
    """The first screen of a page."""
    opened = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]  # a literal there
    opened.goto(page.as_uri())
    taken = opened.screenshot()
    opened.close()
    return taken


def plots(browser: Browser, page: Path, path: Path) -> Path:
    """The evidence in pictures."""
    opened = browser.new_page(viewport={"width": 1100, "height": 800})
    opened.goto(page.as_uri())
    opened.locator("#pictures").screenshot(path=path, type="jpeg", quality=QUALITY)
    opened.close()
    return path


def allure(browser: Browser, report: Path, folder: Path) -> Iterator[Path]:
    """Allure's tree, and one criterion in it."""
    with served(report) as address:
        opened = browser.new_page(viewport={"width": 1200, "height": 1000})
        opened.goto(address)
        criterion = opened.get_by_text(re.compile(r"requests fail: \d")).first
        criterion.wait_for(timeout=60_000)
        yield taken(opened, folder / "allure.jpg")
        criterion.click()
        opened.get_by_text("phase1.error-rate").first.wait_for(timeout=60_000)
        yield taken(opened, folder / "allure-criterion.jpg")
        opened.close()


def taken(page: Page, path: Path) -> Path:
    """Save the current screen."""
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    return path


if __name__ == "__main__":
    main(parser().parse_args().folder)
