"""Are static assets served through the CDN?"""

from collections.abc import Callable

import httpx
import pytest

from rollout.target.answer import expect
from rollout.target.headers import directives, seconds
from rollout.target.http import Client
from rollout.target.obstacle import needed
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("cdn-configured"), pytest.mark.promise("plan: CDN configured (if applicable)")]
Record = Callable[[str, object], None]


@pytest.fixture
def assets(target: XcrTarget, frontend: Client) -> dict[str, httpx.Response]:
    """The static assets that the target names."""
    return {path: expect(frontend.get(path)) for path in needed(target, "cdn_paths")}


def test_assets_may_be_cached(assets: dict[str, httpx.Response], record_property: Record) -> None:
    """
    Every asset may be kept by anybody, for some time.
    """
    said = {path: directives(asset.headers.get("cache-control", "")) for path, asset in assets.items()}
    ages = {path: seconds(one, "s-maxage", "max-age") for path, one in said.items()}
    record_property("cache.max_age_s", min(ages.values()))
    wrong = {path: one for path, one in said.items() if ages[path] <= 0 or one.keys() & {"no-store", "private"}}
    assert not wrong, f"cache-control: got {wrong}, want public with a max-age"


def test_assets_come_from_the_cdn(target: XcrTarget, assets: dict[str, httpx.Response]) -> None:
    """
    Every asset bears a header that only a CDN adds.
    """
    names = {name.lower() for name in needed(target, "cdn_headers")}
    unmarked = [path for path, asset in assets.items() if not names & set(asset.headers)]
    assert not unmarked, f"{unmarked}: got no header of a CDN, want one of {', '.join(sorted(names))}"
