"""Do the public names lead to the right addresses?"""

from collections.abc import Callable

import pytest

from rollout.target.dns_names import Untold, addresses, names_in, unexpected
from rollout.target.obstacle import NotConfigured, Untried, needed
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("dns-configured"), pytest.mark.promise("plan: DNS configured")]
Record = Callable[[str, object], None]


def test_every_name_resolves_to_what_is_expected(target: XcrTarget, record_property: Record) -> None:
    """
    Each name in the target's URLs has an address, and none that the target does not expect.
    """
    found: dict[str, set[str]] = {}
    untried = Untried()
    for name in needed(target, "dns"):
        with untried:
            found[name] = addresses(name, target.dns_server)
    for one in untried.obstacles:
        found |= one.found if isinstance(one, Untold) else {}
    record_property("dns.addresses", ", ".join(sorted(set().union(*found.values()))))
    wrong = unexpected(found, target.dns)
    assert not wrong, f"addresses: got {wrong}, want { {name: target.dns[name] for name in wrong} }"
    untried.tell()
    if unknown := names_in(target.public_urls) - target.dns.keys():
        raise NotConfigured(target, *(f"dns.{name}" for name in sorted(unknown)))
