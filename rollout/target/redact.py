"""Remove secrets from any text before it is stored or shown; the only place with the patterns of secrets."""

import re
from collections.abc import Callable

from rollout.clean_text import clean_lines
from rollout.target.secret_keys import EQUALS, HIDDEN, KEYED, NAME, QUOTED, by_key
from rollout.target.secret_values import KNOWN, Spelling, secrets_of
from rollout.target.settings import Target

MOST_CHARACTERS = 200_000
LONGEST_SECRET = 4_000
CUT = " … cut"

# Each pattern takes linear time: unbounded repeats are possessive, and all other repeats are short.
LINE = r"""[^\r\n"'}\]]*+"""
LITERAL = r"""'(?:[^'\\]|\\.|'')*+'?"""
ISSUED = re.compile(  # keys that tell their issuer: of language models, code hosts, clouds and chats
    r"(?<![A-Za-z0-9])(?:sk-(?=[\w-]{0,300}\d)|gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|AKIA|ASIA|AIza)[\w-]{12,}+"
)
PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"-----BEGIN[A-Z ]{0,30}PRIVATE KEY-----(?:[\w+/=\s]|\\n)*+(?:-----END[A-Z ]{0,30}-----)?"), HIDDEN),
    (re.compile(r"(?<![A-Za-z])eyJ[\w-]{6,}+(?:\.[\w-]*+)*+"), HIDDEN),  # JSON web tokens
    (re.compile(r"eyJ[\w-]{6,300}\.eyJ[\w-]++(?:\.[\w-]*+)?"), HIDDEN),
    (ISSUED, HIDDEN),
    (re.compile(rf"(?i)(\bpassword\s{{1,4}})(?:{LITERAL})"), rf"\1{HIDDEN}"),  # of SQL: `ALTER ROLE app PASSWORD 'x'`
    (re.compile(rf"(?i)((?<![\w-])--[\w-]{{0,40}}(?:{NAME})[\w-]{{0,40}}\s{{1,4}})(?!-)\S++"), rf"\1{HIDDEN}"),
    (re.compile(r"""(?<=://)[^\s:/@"'<>]{0,200}:(?!\d{1,5}[/?#])[^\s"'<>]{0,500}@"""), f"{HIDDEN}@"),
    (re.compile(r"""(?<=://)[^\s:/@"'<>]{1,200}@"""), f"{HIDDEN}@"),
    (re.compile(r"""(?i)\b(digest)\s+(?=\w{1,20}=)[^\r\n}\]]*+"""), rf"\1 {HIDDEN}"),
    (
        re.compile(rf"(?i)((?:proxy-)?authorization|(?:set-)?cookie2?)({EQUALS})(?:{QUOTED}|(?=\S){LINE})"),
        rf"\1\2{HIDDEN}",
    ),
    (KEYED, by_key),
    (  # FastAPI's message about a refused password
        re.compile(rf"""(?i)({NAME})([^{{}}]{{0,200}}?["']input["']\s{{0,4}}:\s{{0,4}})(?:{QUOTED})"""),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer)((?:\s|%20|\+)+)[\w.~+/=-]+"), rf"\1\2{HIDDEN}"),
    (
        re.compile(
            r"(?i:\b(basic|token|digest|negotiate|apikey))((?:\s|%20)+)(?=\w[\w.~+/-]*?(?:[\d=+]|[a-z][A-Z]))[\w.~+/-]{8,}+=*(?![\w\"'=])"
        ),
        rf"\1\2{HIDDEN}",
    ),
)


class Redactor:
    """
    Replaces the known secrets of this process, and text that looks like a token, a password or a credential.

    The secrets of *target* become known to every redactor of the process, since many messages are written without access
    to the target. Invisible characters go first: whoever shows the text removes them, and a secret that they split would be whole
    again. Text beyond MOST_CHARACTERS is cut, which limits the time.
    """

    def __init__(self, target: Target | None = None) -> None:
        if target is not None:
            KNOWN.learn(secrets_of(target))

    def __call__(self, text: str) -> str:
        text = clean_lines(text)
        whole = len(text) <= MOST_CHARACTERS
        text = text if whole else text[:MOST_CHARACTERS]
        lower = text.lower()
        for spelling in KNOWN.spellings:
            if spelling.lower in lower or spelling.text in text:
                text = without(text, spelling)
        for pattern, instead in PATTERNS:
            text = pattern.sub(instead, text)
        return (
            text if whole else text[:-LONGEST_SECRET] + CUT
        )  # a secret that begins in the last characters could not be recognized


def without(text: str, spelling: Spelling) -> str:
    """*text* with HIDDEN in place of a secret in any case; a short secret (*alone*) is replaced as a whole word only."""
    secret = re.escape(spelling.text)
    return re.sub(rf"(?i)(?<!\w){secret}(?!\w)" if spelling.alone else f"(?i){secret}", HIDDEN, text)
