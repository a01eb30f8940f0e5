"""The page as a browser shows it: no error, nothing loaded, nothing cut off, the numbers of the findings."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from reports.page import render
from rollout.evidence import Ledger
from rollout.judge.decision import Decision, StandingOverride
from rollout.judge.finding import Cause
from rollout.judge.verdict import Verdict
from tests.reports import evidence
from tests.reports.drilled import drilled
from tests.reports.outcomes import OUTCOMES, made
from tests.reports.samples import NOON, decision, finding, latency

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAPER = re.compile(rb"/Type\s*/Page\b")
SIZES = {"phone": (375, 800), "desktop": (1280, 900)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on PATH: the page was not looked at"),
]


class Visit:
    """A page with its console and its requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def open(self, path: Path, place: str = "") -> Page:
        """Show the file, at a *place* of it."""
        self.page.goto(path.as_uri() + place)
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium with a profile of its own."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, env={"HOME": profile, "PATH": "/usr/bin:/bin"}
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> tuple[Decision, Path]:
    """The decision about a bad minute, and its page."""
    made, ledger = evidence.sick(tmp_path_factory.mktemp("journals"))
    return made, render(made, ledger, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a good minute."""
    made, ledger = evidence.healthy(tmp_path_factory.mktemp("good"))
    return render(made, ledger, tmp_path_factory.mktemp("good-page"))


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a decision about drills."""
    made, ledger = drilled(tmp_path_factory.mktemp("drills"))
    return render(made, ledger, tmp_path_factory.mktemp("drills-page"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each outcome."""
    made_up = {outcome: made(outcome, tmp_path_factory.mktemp("evidence")) for outcome in OUTCOMES}
    return {outcome: render(*found, tmp_path_factory.mktemp("page")) for outcome, found in made_up.items()}


@pytest.fixture(params=["phone, light", "desktop, dark"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A reader on a phone by day, and one at a desk by night."""
    device, scheme = request.param.split(", ")
    width, height = SIZES[device]
    opened = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """A tab that remembers what went wrong and what was asked for."""
    seen = Visit(context.new_page())
    yield seen
    assert seen.complaints == []
    assert [address for address in seen.requests if not address.startswith(("file:", "data:"))] == []


def test_every_number_of_the_decision_is_on_the_page(visit: Visit, sick: tuple[Decision, Path]) -> None:
    """
    The decision, and value and limit of each finding, read back from the screen.
    """
    made, path = sick
    page = visit.open(path)
    assert page.locator("#decision").inner_text() == str(made.outcome)
    assert page.locator("#decision").get_attribute("data-exit-code") == str(made.exit_code)
    for item in made.findings:
        card = page.locator(f'[id="{item.id}"]')
        assert card.locator(".value").inner_text() == item.value
        assert card.get_attribute("data-verdict") == item.verdict.name
        if item.limit:
            assert item.limit in card.locator(".limit").inner_text()
    for plot in ("latency", "error-rate", "histogram", "arrivals", "e-values-error-rate", "celery-queue"):
        assert page.locator(f"#plot-{plot} svg").bounding_box(), f"{plot} is not shown"


def test_nothing_sticks_out_at_the_side(visit: Visit, sick: tuple[Decision, Path], drills: Path) -> None:
    """
    A phone of 375 pixels shows the whole width, every card unfolded.
    """
    for path in (sick[1], drills):
        page = visit.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(card => card.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")


def test_writing_can_be_read(visit: Visit, sick: tuple[Decision, Path]) -> None:
    """
    No text is smaller than nine pixels, and the important words contrast with what is behind them.
    """
    page = visit.open(sick[1])
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('svg.plot text')].map(text =>
            parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
    )
    assert smallest >= 9
    for selector in ("#decision", "#why", ".verdict", ".limit", ".quiet", ".next b"):
        assert contrast(page, selector) >= 4.5, selector


def test_readers_of_screens_find_nothing_wrong(
    visit: Visit, sick: tuple[Decision, Path], well: Path, drills: Path
) -> None:
    """
    Neither the page of a bad minute nor that of a good one, or of drills, has a violation that axe knows, every card unfolded.
    """
    for path in (sick[1], well, drills):
        page = visit.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(card => card.open = true)")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_a_picture_shows_its_numbers_to_a_pointer(visit: Visit, sick: tuple[Decision, Path]) -> None:
    """
    What lies on top of a chart is a column with the numbers of that moment.
    """
    page = visit.open(sick[1])
    chart = page.locator("#plot-latency svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    told = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).textContent",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert re.fullmatch(r"\d+ s: mean \S+ ms, \d+ requests, \d+ failed, \d+ of \d+ arrivals", told)


def test_words_of_a_picture_stay_inside_it(visit: Visit, sick: tuple[Decision, Path], drills: Path) -> None:
    """
    No label of a chart is cut off by its edge.
    """
    looked_for = """() => [...document.querySelectorAll('svg.plot')].flatMap(svg => {
            const card = svg.closest('figure').getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.width && (box.left < card.left || box.right > card.right || box.bottom > card.bottom);
            }).map(text => text.textContent);
        })"""
    assert [visit.open(path).evaluate(looked_for) for path in (sick[1], drills)] == [[], []]


def test_paper_shows_everything_on_demand(visit: Visit, sick: tuple[Decision, Path]) -> None:
    """
    In print of the address with #everything every card is unfolded and every chart is there, in light colours.
    """
    page = visit.open(sick[1], "#everything")
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("svg.plot").count() == page.locator("figure").count() > 0
    assert all(figure.bounding_box() for figure in page.locator("svg.plot").all())
    folded = page.locator("details:not([open]) .states").first
    assert folded.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_paper_has_two_pages_of_summary(outcome: str, visit: Visit, pages: dict[str, Path]) -> None:
    """
    Decision, way back and criteria with their next steps; pictures and journals only where they are asked for.
    """
    short = visit.open(pages[outcome]).pdf(prefer_css_page_size=True)
    assert len(PAPER.findall(short)) <= 2
    assert len(PAPER.findall(visit.open(pages[outcome], "#everything").pdf(prefer_css_page_size=True))) > 2


@pytest.mark.parametrize("size", [(1200, 800), (400, 800)], ids=["desk", "phone"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_first_screen_tells_what_to_do(
    outcome: str, size: tuple[int, int], visit: Visit, pages: dict[str, Path]
) -> None:
    """
    The decision, the sentence, the next step and how far off it is are there without scrolling.
    """
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    expect_on_the_first_screen(visit.open(pages[outcome]), size[1])


LONG = (
    "set `frontend_url` and `sentry_dsn` in targets/staging.toml to those of the system that is deployed there, number "
)
CAUSES = tuple(
    Cause(kind="not-configured", text=f"not configured: {LONG}{number}", way_out=f"{LONG}{number}", checks=("a", "b"))
    for number in range(12)
)
WHY = "known, harmless, and mended tomorrow; " * 40
WORDY: dict[str, tuple[Decision, list[str]]] = {
    "twelve causes": (
        decision(
            finding(
                "features-functional",
                Verdict.UNPROVEN,
                reason="; ".join(each.text for each in CAUSES),
                causes=CAUSES,
                next="; ".join(each.way_out for each in CAUSES),
            ),
            latency(),
        ),
        [each.way_out for each in CAUSES],
    ),
    "an override": (
        decision(
            latency(Verdict.BROKEN, 612.0),
            override=StandingOverride(by="Kim Doe", why=WHY.strip(), until=NOON + 3600),
            window_s=60.0,
            not_applicable=dict.fromkeys(map(str, range(9)), "not here"),
        ),
        [WHY.strip()],
    ),
}


def test_thirty_criteria_that_are_not_met_fit_on_two_pages(visit: Visit, tmp_path: Path) -> None:
    """
    A target that answers nobody leaves a whole checklist unproven: paper has all of it, the first with their next steps.
    """
    many = decision(*(finding(f"c-{number}", Verdict.UNPROVEN, reason=LONG, next=LONG) for number in range(30)))
    page = visit.open(render(many, Ledger(), tmp_path))
    assert len(PAPER.findall(page.pdf(prefer_css_page_size=True))) == 2
    page.emulate_media(media="print")
    assert [number for number in range(30) if not page.get_by_text(f"c-{number}", exact=True).is_visible()] == []


@pytest.mark.parametrize("size", [(1200, 800), (400, 800)], ids=["desk", "phone"])
@pytest.mark.parametrize("words", WORDY)
def test_many_words_stay_below_the_first_screen(
    words: str, size: tuple[int, int], visit: Visit, tmp_path: Path
) -> None:
    """
    Twelve ways out, and the reason of an override, are whole further down.
    """
    made, whole = WORDY[words]
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = visit.open(render(made, Ledger(), tmp_path))
    expect_on_the_first_screen(page, size[1])
    assert [text for text in whole if text not in page.locator("main").inner_text()] == []


def expect_on_the_first_screen(page: Page, height: int) -> None:
    """Fail if the decision, the sentence, the next step or how far off it is takes scrolling."""
    for place in ("#decision", "#why", "#next", "#far"):
        box = page.locator(place).bounding_box()
        assert box
        assert box["width"] > 0
        assert box["y"] + box["height"] <= height, place


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_link_leads_somewhere(outcome: str, visit: Visit, pages: dict[str, Path]) -> None:
    """
    Links lead to places on the page, or to the other files of the decision.
    """
    page = visit.open(pages[outcome])
    links = page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    places = set(page.evaluate("[...document.querySelectorAll('[id]')].map(element => '#' + element.id)"))
    assert set(links) - places == {"decision.md", "decision.json"}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nothing_on_the_page_ages(outcome: str, visit: Visit, pages: dict[str, Path]) -> None:
    """
    Whoever reads it a month later reads the same: times are moments, or lengths before the decision.
    """
    assert not re.search(r"\b(ago|today|yesterday|just now)\b", visit.open(pages[outcome]).locator("body").inner_text())


def test_an_attack_stays_text(visit: Visit, tmp_path: Path) -> None:
    """
    Scripts and pictures that act, in every field of the evidence, do nothing.
    """
    attack = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)><svg onload=alert(3)>" + "x" * 300
    item = finding("services-healthy", Verdict.BROKEN, reason=attack, value=attack, next=attack, evidence=(attack,))
    made = decision(item, target=attack, release=attack, not_applicable={attack: attack}, journals={attack: attack})
    page = visit.open(render(made, Ledger(), tmp_path))
    assert page.locator("script, img").count() == 0
    assert page.locator(".value").first.inner_text() == attack
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")


def contrast(page: Page, selector: str) -> float:
    """The contrast of the first element that *selector* finds with the nearest opaque background, as WCAG counts it."""
    colours = page.evaluate(
        """selector => {
            let element = document.querySelector(selector), colour = getComputedStyle(element).color;
            while (element && /, 0\\)|transparent/.test(getComputedStyle(element).backgroundColor)) element = element.parentElement;
            const behind = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)';
            return [colour, behind].map(text => text.match(/[\\d.]+/g).slice(0, 3).map(Number));
        }""",
        selector,
    )
    light, dark = sorted((luminance(colour) for colour in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    """The relative luminance of an sRGB colour."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
