"""Lock an account for a few seconds after five wrong passwords in a row."""

import math

from standin import faults
from standin.app.database import Database
from standin.app.error_responses import ApiError

ALLOWED = 5
LOCKED = """
SELECT ceil(extract(epoch FROM locked_until - now()))::int AS wait_s FROM login_failures
WHERE account = lower(%s) AND locked_until > now()
"""
NOTE = """
INSERT INTO login_failures AS f (account, failures) VALUES (lower(%(account)s), 1)
ON CONFLICT (account) DO UPDATE SET
    failures = CASE WHEN coalesce(f.locked_until, f.last_at + interval '15 minutes') < now() THEN 1 ELSE f.failures + 1 END,
    locked_until = CASE WHEN coalesce(f.locked_until, f.last_at + interval '15 minutes') >= now()
                         AND f.failures + 1 >= %(allowed)s THEN now() + make_interval(secs => %(lock_s)s) END,
    last_at = now()
"""


async def refuse_if_locked(database: Database, account: str) -> None:
    row = await database.row(LOCKED, (account,))
    if row and not faults.active("no-lock-out"):
        wait_s = max(1, math.ceil(row["wait_s"]))
        raise ApiError(429, "ACCOUNT_LOCKED", "too many wrong passwords; try again later", retry_after=wait_s)


async def note_failure(database: Database, account: str, lock_s: float) -> None:
    await database.rows(NOTE, {"account": account, "allowed": ALLOWED, "lock_s": lock_s})


async def forget_failures(database: Database, account: str) -> None:
    await database.rows("DELETE FROM login_failures WHERE account = lower(%s)", (account,))
