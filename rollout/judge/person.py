"""Whether two names that people typed may be one person's: what looks the same to a reader is the same."""

import re
import unicodedata
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
BESIDE = re.compile(
    r"\s*(?:[,/;|\u00b7\u2022]|\s[-\u2013\u2014:]\s).*"
)  # what is added behind a name: Kim Lee, QA and Kim Lee / QA
DOMAIN = re.compile(r"(?:\+[^@\s]*)?@[^\s,;/]*")  # all of an address but the name in it: kim.lee+qa@example.com
IN_BRACKETS = re.compile(r"[(\[{<][^)\]}>]*(?:[)\]}>]|$)")  # what a person is, or where: (QA), [ops], <kim@example.com>
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})


def same_person(one: str, other: str) -> bool:
    """
    Whether a reader could take *one* name for the *other*.

    Case, accents, signs, the order of words, what stands in brackets, what is added behind a name of several words, and
    all of an address but the name in it are ignored.
    """
    return bool(forms(one) & forms(other))


def forms(name: str) -> set[str]:
    """The name by its letters, and by the Latin letters that these look like; empty where there is nothing to read."""
    bare = DOMAIN.sub("", without_brackets(name))
    plain = tuple(dict.fromkeys((bare, without_addition(bare))))
    spelled = (*plain, *(composed(each).translate(LOOKS) for each in plain))
    return {form for each in spelled for form in (folded(each), run_together(each))} - {""}


def without_brackets(name: str) -> str:
    """The name without what stands in brackets; all of it where nothing else is there to read."""
    rest = IN_BRACKETS.sub(" ", composed(name))
    return rest if words_of(rest) else name


def without_addition(name: str) -> str:
    """The name without what is added behind it; all of it where one word is left: `Lee, Kim` is a name turned round."""
    rest = BESIDE.sub("", composed(name), count=1)
    return rest if len(words_of(rest.replace(".", " "))) > 1 else name


def folded(name: str) -> str:
    """The words of a name in alphabetical order, without case, accents and signs."""
    return "".join(sorted(words_of(name)))


def run_together(name: str) -> str:
    """The words of a name in their order, without what lies between them."""
    return "".join(words_of(name))


def words_of(name: str) -> list[str]:
    """The words of a name without case, accents and signs."""
    letters = unicodedata.normalize("NFKD", name).casefold()
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
