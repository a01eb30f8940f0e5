"""Malicious input for tests."""

SQL = ("' OR '1'='1", "'; SELECT pg_sleep(0);--", '" OR ""="', "1) OR (1=1", "\\' OR 1=1 --", "%' AND '%'='")
SCRIPT = '<script>alert("rollout")</script><img src=x onerror=alert(1)>'
NUL = "rollout\x00name"
TRAVERSAL = ("../../../../../../etc/passwd", "..\\..\\..\\windows\\win.ini", "/etc/passwd", "....//....//etc/passwd")
NUMBERS = ("-1", str(2**31), str(2**63), str(10**40), "NaN")
HUGE = "x" * 5000
EACH_KIND = (SQL[0], SCRIPT, NUL, TRAVERSAL[0], str(2**63), HUGE)

DEEP = "[" * 20_000
BODIES = {
    "half an object": b'{"name": "rollout',
    "a list": b"[]",
    "null": b"null",
    "a bare text": b'"rollout"',
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "NaN": b'{"name": NaN}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a number too large": b'{"name": 1e400, "project_id": 1' + b"0" * 400 + b"}",
    "twenty thousand brackets": DEEP.encode(),
    "nothing": b"",
}
