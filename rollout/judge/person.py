"""Whether two names that people typed may be one person's: what looks the same to a reader is the same."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

CAPITALS = dict(zip("АВЕЅІЈКМНОРСТУХҮԚԜЁΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹІ", "ABESIJKMHOPCTYXYQWEABEZHIKMNOPTYXCI", strict=True))
SMALL = dict(zip("авсеһіјкӏмнорѕтухԛԝёαβγεικνορτυχϲı", "abcehijklmhopstyxqweabyeiknoptyxci", strict=True))
SIGNS = {"I": "l", "1": "l", "|": "l", "0": "o"}
LOOKS = str.maketrans({**CAPITALS, **SMALL, **SIGNS})
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")  # letters and marks that show nothing
SELECTORS = ("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION SELECTOR")
USUAL = (  # code points of letters of living scripts once decomposed; others are phonetic, historic or look-alikes
    (0x0000, 0x017F),
    (0x0370, 0x137F),
    (0x1780, 0x17FF),
    (0x3040, 0x312F),
    (0x3400, 0x9FFF),
    (0x20000, 0x3FFFF),
)
SCHWA = "Ə\N{LATIN SMALL LETTER SCHWA}"  # a letter of Azerbaijani that stands among phonetic ones
DOMAIN = re.compile(r"(?:\+[^@\s]*)?@[^\s,;/]*")  # all of an address but the name in it: kim.lee+qa@example.com
IN_BRACKETS = re.compile(
    r"[(\[{<\u3010\u300a\u300c\u300e][^)\]}>\u3011\u300b\u300d\u300f]*(?:[)\]}>\u3011\u300b\u300d\u300f]|$)"
)  # (QA), [ops]
INNER = frozenset(".'\u2019\u2018-\u2010")  # signs that stand in a name: O'Neil, Kim-Lee, K. Lee
ROLES = """dr prof mr mrs ms mx sir dame jr sr phd msc bsc md herr frau
qa qe pm po ops sre dev cto ceo cio coo cfo vp developer development engineer engineering product owner quality
business sponsor lead leader manager tester testing test release head chief team reviewer operator oncall
and as for of the"""
BESIDE_A_NAME = frozenset(ROLES.split())  # words for what a person is, in place of who: titles, the work they sign for
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})


def same_person(one: str, other: str) -> bool:
    """
    Whether a reader could take *one* name for the *other*: they are the same, or one of them is the other with more words.

    Case, accents, signs, the order of words, what stands in brackets, titles and words for a role, what a sign adds behind a
    name of several words, and all of an address but the name in it are ignored.
    """
    if forms(one) & forms(other):
        return True
    mine, others = ([without_roles(words, least=2) for words in readings(name)] for name in (one, other))
    return any(within(few, many) or within(many, few) for few in mine for many in others)


def within(few: list[str], many: list[str]) -> bool:
    """Whether each of *few* words stands among *many*, and there is one."""
    return bool(few) and not Counter(few) - Counter(many)


def forms(name: str) -> set[str]:
    """Every way to read the name as one word, in its order and sorted; empty where there is nothing to read."""
    read = [without_roles(words, least=1) for words in readings(name)]
    return {form for words in read for form in ("".join(words), "".join(sorted(words)))} - {""}


def readings(name: str) -> list[list[str]]:
    """The words of the name: with and without what is added behind it, by its letters and the Latin ones these look like."""
    bare = DOMAIN.sub("", without_brackets(name))
    plain = tuple(dict.fromkeys((bare, without_addition(bare))))
    spelled = (*plain, *(composed(each).translate(LOOKS) for each in plain))
    return [words_of(each) for each in spelled]


def without_roles(words: list[str], least: int) -> list[str]:
    """The words without titles and words for a role; all of them where fewer than the *least* number of others are there."""
    rest = [word for word in words if word not in BESIDE_A_NAME]
    return rest if len(rest) >= least else words


def without_brackets(name: str) -> str:
    """The name without what stands in brackets; all of it where nothing else is there to read."""
    rest = IN_BRACKETS.sub(" ", composed(name))
    return rest if words_of(rest) else name


def without_addition(name: str) -> str:
    """The name up to the first sign that stands in no name; all of it where that is one word: `Lee, Kim` is turned round."""
    text = composed(name)
    rest = text[: next((at for at in range(len(text)) if parts(text, at)), len(text))]
    return rest if len(words_of(rest.replace(".", " "))) > 1 else name


def added(name: str) -> str:
    """The first sign of a name that stands in none, empty if there is none; an address may hold one `@`."""
    text = composed(name)
    signs = [text[at] for at in range(len(text)) if parts(text, at)]
    return "" if signs == ["@"] else next(iter(signs), "")


def parts(text: str, at: int) -> bool:
    """Whether the character *at* a place is a sign that parts a name from what is no name: a dash, not a hyphen in a word."""
    letter = text[at]
    if unicodedata.category(letter)[0] not in "PS" or letter == "_":
        return False
    if letter not in INNER:
        return True
    in_a_word = 0 < at < len(text) - 1 and counts(text[at - 1]) and counts(text[at + 1])
    return unicodedata.category(letter) == "Pd" and not in_a_word


def words_of(name: str) -> list[str]:
    """The words of a name without case, accents and signs; a sign that stands in no name parts words."""
    text = composed(name)
    spaced = "".join(" " if parts(text, at) or letter == "_" else letter for at, letter in enumerate(text))
    letters = unicodedata.normalize("NFKD", spaced).casefold()
    return "".join(each if counts(each) else " " * each.isspace() for each in letters).split()


def counts(letter: str) -> bool:
    """Whether a letter, digit or vowel sign distinguishes names; accents and invisible characters do not."""
    if draws_nothing(letter):
        return False
    vowel_sign = unicodedata.category(letter).startswith("M") and not unicodedata.combining(letter)
    return letter.isalnum() or vowel_sign


def composed(name: str) -> str:
    """The name with compatible letters in one spelling."""
    return unicodedata.normalize("NFKC", name)


def hidden(name: str) -> bool:
    """Whether a name holds an invisible character: a format or control character, a filler, a selector."""
    return any(unicodedata.category(each).startswith("C") or draws_nothing(each) for each in name)


def draws_nothing(letter: str) -> bool:
    """Whether a letter is a filler, or only selects how the one before it is drawn."""
    return letter in FILLERS or unicodedata.name(letter, "").startswith(SELECTORS)


def mixed_word(name: str) -> str:
    """The first word of a name with letters of several scripts, empty if there is none."""
    return next((word for word in composed(name).split() if len(set(scripts(word))) > 1), "")


def unusual(name: str) -> str:
    """The first letter or digit of a name that is none of a living script's usual ones, empty if there is none."""
    letters = unicodedata.normalize("NFKD", name)
    return next((each for each in letters if each.isalnum() and not is_usual(each)), "")


def is_usual(letter: str) -> bool:
    """Whether people write names with a letter or digit; an apostrophe may be a letter."""
    if letter.isnumeric() and not letter.isalpha():
        return letter.isascii()
    there = any(first <= ord(letter) <= last for first, last in USUAL)
    return there or letter in SCHWA or unicodedata.category(letter) == "Lm"


def scripts(word: str) -> Iterator[str]:
    """The script of each letter; those that East Asian names mix are one."""
    for letter in word:
        if letter.isalpha() and unicodedata.category(letter) != "Lm":  # an apostrophe may be a letter
            script = unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
            yield "EAST ASIAN" if script in EAST_ASIAN else script
