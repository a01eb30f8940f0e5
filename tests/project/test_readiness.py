"""What a doctor names first."""

from rollout.readiness import Lack, Order, ways_out

FAILED = Lack("phase1.a", "redis: refused", "mend it: refused", Order.FAILED)
MISSING = [Lack(f"phase1.{name}", "not configured", "set x in targets/t.toml") for name in "bc"]
NOT_ALLOWED = [
    Lack(f"phase1.{name}", "'write' is not allowed", "add 'write' to `allow`", Order.NOT_ALLOWED) for name in "abcd"
]


def test_what_failed_is_mended_first_and_more_is_allowed_last() -> None:
    """
    However many criteria wait for a permission: on production it may be missing on purpose.
    """
    assert list(ways_out([*NOT_ALLOWED, *MISSING, FAILED])) == [
        "mend it: refused",
        "set x in targets/t.toml",
        "add 'write' to `allow`",
    ]


def test_of_one_kind_that_for_which_most_wait_comes_first() -> None:
    """
    One step that helps many is worth more.
    """
    alone = Lack("phase1.z", "not configured", "set y in targets/t.toml")
    assert list(ways_out([alone, *MISSING])) == ["set x in targets/t.toml", "set y in targets/t.toml"]
