"""What a secret looks like, in every spelling, and what stays readable; in time that grows with the text alone."""

import resource
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from rollout.target.message import one_line
from rollout.target.redact import MOST_CHARACTERS, Redactor
from rollout.target.secret_values import KNOWN, hidden, passwords_in
from xcodereviewer.target import XcrTarget

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
LETTERS = 20_000
MOST_CPU_S = 20
REPEATED = [
    "a",
    "a_",
    "eyJ",
    "eyJa.",
    "password",
    'password="',
    "://",
    "://a:",
    "token ",
    "cookie",
    "%22",
    '\\"',
    "\x1b[",
    "\x1b]",
    "sk-",
    "sk-a",
    "--password ",
    "password '",
]
ALL = f"""
from rollout.target.message import one_line
for part in {REPEATED!r}:
    one_line((part * {LETTERS})[:{LETTERS}])
"""


@pytest.fixture
def known() -> Iterator[None]:
    """What a test makes known as secret is secret for that test alone."""
    KNOWN.forget()
    yield
    KNOWN.forget()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cret-Value9",
        "Authorization: Basic czNjcmV0OnMzY3JldA==",
        "authorization: Token s3cret",
        'Authorization: Digest username="x", response="s3cret", qop=auth',
        "{'authorization': 'Basic s3cret'}",
        "got Basic czNjcmV0OnMzY3JldA== as sent",
        "got token 9s3cretValue as sent",
        "Cookie: session=s3cret; other=s3cret",
        "Set-Cookie: sid=s3cret; HttpOnly",
        '{"x-api-key": "s3cret"}',
        "X-Api-Key: s3cret",
        "api_key=s3cret&page=1",
        "apikey%3Ds3cret",
        "%22password%22%3A%20%22s3cret%22",
        "Authorization%3A%20Bearer%20s3cret",
        '{"password": "s3\\"cret s3cret"}',
        '{"body": "{\\"password\\": \\"s3cret\\"}"}',
        "password = 's3cret s3cret'",
        "host=db user=app password=s3cret dbname=x",
        "host=db password='it\\'s s3cret' dbname=x",
        "postgresql://app:s3cret@db/x",
        "postgresql://app:p@ss/s3cret@db:5432/x",
        "redis://:s3cret@cache:6379/0",
        "https://s3cret@sentry.example/1",
        f"got {JWT.replace('.', '.s3cret', 1)}",
        "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi-s3cret",
        "-----BEGIN RSA PRIVATE KEY-----\ns3cret\ns3cret\n-----END RSA PRIVATE KEY-----",
        '{"loc": ["body", "password"], "msg": "too short", "input": "s3cret"}',
        '{"access_token": "s3cret", "token_type": "bearer"}',
        "PGPASSWORD=s3cret psql",
        "client_secret: s3cret",
        "tokens: ['s3cret', 's3cret']",
        "Incorrect API key provided: sk-proj-s3cretS3cret0123",
        "got sk-ant-api03-s3cretS3cret0123, want another",
        "git clone with ghp_s3cretS3cret0123456789 failed",
        "github_pat_11s3cret_S3cret0123456789",
        "remote: glpat-s3cretS3cret0123",
        "xoxb-123456789012-s3cret",
        "ERROR: near ALTER ROLE app WITH PASSWORD 's3cret ''s3cret'",
        "pg_dump --password s3cret -h db",
        "mc --secret-key s3cret ls",
        '{"secrets": [{"a": "s3cret"}, {"b": "s3cret"}]}',
        "password: {'new': 's3cret'}",
        "credentials:\n  password: s3cret",
        "access_token: got 's3cret', want str",
        "POST /api/v1/auth/token: got s3cret9",
        "POST /api/v1/auth/token: s3cret",
        "smoke/test_access.py::test_a_token_opens_nothing: s3cret9",
        "test_access_token: s3cret",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    """
    Headers, forms, JSON, DSNs and URLs lose their credentials, encoded or not.
    """
    shown = one_line(text)
    assert "***" in shown
    assert "s3cret" not in shown
    assert "czNjcmV0" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "GET http://127.0.0.1:8000/api/v1/users?email=a@b.example: got 404, want 200",
        "login gave no token, response was nothing",
        "Basic authentication is not offered",
        "Token has expired; sign in again",
        "access_token: got None, want str",
        "access token: got no JSON web token, want three parts",
        "A token that resets a password is no access token: got 200, want 401",
        "A token that resets a password is no access token: this does not hold",
        "A token that resets a password is no access token: 5 == 3",
        "test_a_reset_token_opens_nothing: got 200, want 401",
        "smoke/test_access.py::test_a_reset_token_opens_nothing: AssertionError: got 200, want 401",
        "smoke/test_access.py::test_a_reset_token_opens_nothing: passed",
        "POST /api/v1/auth/reset-password: got 500, want 200",
        "POST http://api.example/api/v1/auth/reset-password: got no answer, want 200",
        "POST http://api.example/api/v1/auth/reset-password: got ConnectError: refused, want an answer",
        "secrets_rotated_at: got 'yesterday', want an ISO date",
        '{"token_type": "bearer", "why": "no"}',
        "a keyJournalEntry that is long",
        "the password must have 8 letters",
        "ask-for-a-longer-name-than-this stands in the list",
        "sk-learn-pipeline-of-words is a name",
        "rollout drill --password-file -v",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """
    A message still says what went wrong.
    """
    assert one_line(text) == text


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param("it's p/w@1 ü9", id="in clear"),
        pytest.param("it%27s%20p%2Fw%401%20%C3%BC9", id="in a URL"),
        pytest.param("it%27s+p%2Fw%401+%C3%BC9", id="in a form"),
        pytest.param("it's p/w@1 \\u00fc9", id="in JSON"),
        pytest.param("it&#x27;s p/w@1 ü9", id="in HTML"),
        pytest.param("aXQncyBwL3dAMSDDvDk=", id="in base64"),
        pytest.param("YWRtaW46aXQncyBwL3dAMSDDvDk=", id="in base64 behind a name"),
        pytest.param("IT'S P/W@1 Ü9", id="in upper case"),
        pytest.param("it%27s%20p%2fw%401%20%c3%bc9", id="in a URL with small hex digits"),
        pytest.param("%69%74%27%73%20%70%2F%77%40%31%20%C3%BC%39", id="with every byte percent-encoded"),
        pytest.param("it%2527s%2520p%252Fw%25401%2520%25C3%25BC9", id="in a URL within a URL"),
        pytest.param("it%2527s%2Bp%252Fw%25401%2B%25C3%25BC9", id="in a form within a URL"),
        pytest.param("%2569%2574%2527%2573%2520%2570%252F%2577%2540%2531%2520%25C3%25BC%2539", id="both at once"),
        pytest.param("6974277320702f77403120c3bc39", id="in hex"),
        pytest.param("6974277320702F77403120C3BC39", id="in hex with great letters"),
    ],
)
@pytest.mark.usefixtures("known")
def test_a_known_secret_is_hidden_however_it_is_spelt(spelt: str) -> None:
    """
    What the target keeps secret is known, and so is its form in URLs, JSON, HTML, hex and base64, in any case.
    """
    shown = secretive(user_password="it's p/w@1 ü9")(f"the target says {spelt}!")
    assert "***" in shown
    assert shown.startswith("the target says ")
    assert [part for part in ("w@1", "w%401", "3damsdd", "%39", "c3bc") if part in shown.lower()] == []


@pytest.mark.parametrize(("secret", "spelt"), [("straße-9", "STRASSE-9"), ("İx-9İ", "İx-9İ"), ("ΑΣ-ΑΣ", "9ΑΣ-ΑΣΑ")])
@pytest.mark.usefixtures("known")
def test_a_secret_is_hidden_where_another_case_has_other_letters(secret: str, spelt: str) -> None:
    """
    Some letters become two, or depend on what stands behind them.
    """
    assert "Σ" not in (shown := secretive(user_password=secret)(f"got {spelt}"))
    assert "***" in shown
    assert "-9" not in shown


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://app:s3cret-A@db:5432/x",
        "postgresql://app:s3cret-A@db/x?application_name=a",
        "redis://:s3cret-A@cache/0",
        "host=db user=app password=s3cret-A dbname=x",
        "host=db password='s3cret-A' dbname=x",
        "postgresql://db/x?user=app&password=s3cret-A",
    ],
)
@pytest.mark.usefixtures("known")
def test_the_password_inside_a_dsn_is_known_alone(dsn: str) -> None:
    """
    A server that repeats the password without the DSN around it gives nothing away.
    """
    setting = "redis_url" if dsn.startswith("redis:") else "postgres_dsn"
    shown = secretive(**{setting: dsn})("FATAL: it was s3cret-A")
    assert "s3cret" not in shown


@pytest.mark.usefixtures("known")
def test_a_password_with_the_signs_of_an_address_is_known_whole() -> None:
    """
    The last `@` ends a password, and a slash does not.
    """
    KNOWN.learn(passwords_in("postgresql://app:p@ss/w0rd@db:5432/x"))
    assert Redactor()("got p@ss/w0rd, p%40ss%2Fw0rd") == "got ***, ***"


@pytest.mark.parametrize("secret", ["x", "p@", "abc", "é1"])
@pytest.mark.usefixtures("known")
def test_a_secret_of_one_to_three_letters_is_hidden_where_it_stands_alone(secret: str) -> None:
    """
    In other words it is anybody's letters, in clear and in a URL; no spelling in base64 is told from other text.
    """
    redact = secretive(user_password=secret)
    assert redact(f"got {secret}, or '{secret}', or a={secret}&b") == "got ***, or '***', or a=***&b"
    within = [f"1{secret}2", f"a{quote(secret)}z", b64encode(secret.encode()).decode()]
    assert [redact(text) for text in within] == within
    assert redact(f"x y {quote(secret)} z").count("***") >= 1


@pytest.mark.usefixtures("known")
def test_a_secret_of_four_letters_is_hidden_inside_other_words() -> None:
    """
    From four letters on it is hidden wherever it stands.
    """
    assert secretive(user_password="abcd")("xabcdy") == "x***y"


@pytest.mark.usefixtures("known")
def test_every_redactor_of_the_process_knows_the_target() -> None:
    """
    A message is often written far from where the target is known, and cut before anybody else sees it.
    """
    secretive(user_password="s3cret-of-a-user")
    assert "s3cret" not in one_line("x" * 290 + " s3cret-of-a-user")


@pytest.mark.usefixtures("known")
def test_the_password_of_an_account_that_was_made_is_hidden() -> None:
    """
    A backend that quotes a form it refuses gives nothing away, whatever it calls the field.
    """
    assert hidden("Aa1-made-for-a-test").get_secret_value() == "Aa1-made-for-a-test"
    assert "made-for" not in one_line('{"loc": ["body"], "input": "Aa1-made-for-a-test"}')


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("between", ["\x07", "\x00", "\x1b[31m", "\x1b]0;x\x07", "\u200b", "\u202e", "\u00ad"])
def test_a_secret_that_invisible_characters_split_is_hidden(between: str) -> None:
    """
    Whoever shows the text removes them, and the secret would be whole again.
    """
    assert secretive(user_password="Rd-K5uNe6gZq")(f"got Rd-K5{between}uNe6gZq.") == "got ***."
    assert one_line(f"got Rd-K5{between}uNe6gZq.") == "got ***."


def test_a_long_text_is_cut_and_its_end_gives_nothing_away() -> None:
    """
    What begins in the last letters that are read could not be told from an ordinary word.
    """
    shown = Redactor()("x" * (MOST_CHARACTERS - 30) + "postgresql://app:s3cret-A" + "x" * 50 + "@db/x")
    assert shown.endswith(" … cut")
    assert "s3cret" not in shown


@pytest.mark.usefixtures("known")
def test_a_secret_that_nearly_stands_everywhere_costs_no_more_than_the_text_is_long() -> None:
    """
    Each spelling is looked for once, and a place that is no secret is left after a few letters.
    """
    code = f"""
from rollout.target.redact import Redactor
from rollout.target.secret_values import hidden
for secret in ("%" * 40 + "!", "a" * 40 + "b", "%61" * 40):
    hidden(secret)
for part in ("a", "A", "%", "%25", "%61", "61"):
    Redactor()((part * {LETTERS})[:{LETTERS}] + "a" * 40 + "b")
"""
    subprocess.run([sys.executable, "-c", code], check=True, preexec_fn=limited)


def test_no_text_costs_more_than_its_length() -> None:
    """
    20 000 letters that nearly are a secret take a moment: the processor time of this process is limited.
    """
    subprocess.run([sys.executable, "-c", ALL], check=True, preexec_fn=limited)


def limited() -> None:
    """Let the kernel end a process that computes too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))


def secretive(**settings: str) -> Redactor:
    """A redactor of a target with these secrets."""
    facts = {"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9", **settings}
    return Redactor(XcrTarget.model_validate(facts))
