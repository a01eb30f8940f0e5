"""Do the public names lead to the right addresses?"""

from collections.abc import Callable

import pytest

from rollout.target import Target
from rollout.target.dns_names import addresses, names_of

pytestmark = pytest.mark.criterion("dns-configured")
Record = Callable[[str, object], None]


def test_every_public_name_has_expected_addresses(target: Target) -> None:
    """
    The target says which addresses each name in its URLs should have.
    """
    unknown = names_of(target) - target.dns.keys()
    assert not unknown, f"target {target.name!r}: got no dns entry for {sorted(unknown)}, want the expected addresses"
    assert target.dns, f"target {target.name!r}: got no dns entry, want the public names with their addresses"


def test_every_name_resolves_to_what_is_expected(target: Target, record_property: Record) -> None:
    """
    Each name has an address, and none that is not expected.
    """
    found = {name: addresses(name, target.dns_server) for name in target.dns}
    record_property("dns.addresses", ", ".join(sorted(set().union(*found.values()))))
    wrong = {name: sorted(got - set(target.dns[name])) for name, got in found.items() if got - set(target.dns[name])}
    assert not wrong, f"addresses: got {wrong}, want { {name: target.dns[name] for name in wrong} }"
