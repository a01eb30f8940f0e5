"""Whether two names may be one person's, and what is no name that a person types."""

import pytest

from rollout.judge.person import added, forms, hidden, is_usual, mixed_word, same_person, unusual

BESIDE = (  # ways to add to a name what somebody is
    *(
        "QA Kim Lee",
        "Kim Lee QA",
        "QA, Kim Lee",
        "Kim Lee. QA",
        "Kim Lee -- QA",
        "Kim Lee: product",
        "Kim Lee + sponsor",
    ),
    *(
        "Kim Lee\u3001QA",
        "Kim Lee\u3010QA\u3011",
        "Kim Lee \u2012 QA",
        "Kim Lee\u2014QA",
        "Kim Lee \u2212 QA",
        "Kim Lee \u2015 QA",
    ),
    *(
        "Dr. Kim Lee",
        "Prof Kim Lee",
        "Kim Lee PhD",
        "Kim Lee of product",
        "Kim Lee as lead developer",
        "Kim_Lee",
        "Kim",
    ),
    *("Kim B. Lee", "Kim Lee & friends", "Kim Lee = QA", "Kim Lee~QA", "Lee QA, Kim"),
)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("kim  LEE ", id="case and blanks"),
        pytest.param("Lee, Kim", id="the order of words"),
        pytest.param("K.i.m Lee", id="signs"),
        pytest.param("KimLee", id="no blank"),
        pytest.param("Kim-Lee", id="a hyphen"),
        pytest.param("K i m Lee", id="more blanks"),
        pytest.param("Kím Lée", id="accents"),
        pytest.param("Ｋｉｍ Lee", id="wide letters"),
        pytest.param("\N{CYRILLIC CAPITAL LETTER KA}im Lee", id="a Cyrillic capital"),
        pytest.param("Kim L\N{CYRILLIC SMALL LETTER IE}e", id="a Cyrillic small letter"),
        pytest.param("\N{GREEK CAPITAL LETTER KAPPA}im Lee", id="a Greek capital"),
        pytest.param("KIm Lee", id="a capital in the middle"),
        pytest.param("Kim\u200d Lee", id="a joiner"),
        pytest.param("Kim\ufe0f Lee", id="a selector"),
        pytest.param("Kim\u3164Lee", id="a filler"),
        pytest.param("Kim Lee (QA)", id="a role in brackets"),
        pytest.param("[ops] kim lee", id="other brackets, before the name"),
        pytest.param("Kim Lee <kim@example.com>", id="an address"),
        pytest.param("Kim Lee（QA）", id="wide brackets"),
        pytest.param("Kim Lee (QA", id="a bracket that stays open"),
        pytest.param("Kim Lee, QA", id="a role behind a comma"),
        pytest.param("Kim Lee / QA", id="a role behind a slash"),
        pytest.param("Kim Lee - QA", id="a role behind a dash"),
        *(pytest.param(each, id=f"a role: {each!a}") for each in BESIDE),
        pytest.param("kim.lee@x", id="an address alone"),
        pytest.param("kimlee@x", id="an address of one word"),
        pytest.param("kim.lee+qa@example.com", id="an address with an addition"),
        pytest.param("kim.lee@x, QA", id="an address with a role"),
    ],
)
def test_what_a_reader_takes_for_the_same_name_is_one_person(other: str) -> None:
    """
    Case 8: nobody signs twice by a letter that looks like another.
    """
    assert same_person("Kim Lee", other)
    assert same_person(other, "Kim Lee")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim", "Bo"),
        ("Kim Lee", "Kim Li"),
        ("Kim 1", "Kim 2"),
        ("Kim", ""),
        ("राम", "रामु"),
        ("Анна", "Инна"),
        ("(Kim)", "(Bo)"),
        ("Kim (QA)", "Bo (QA)"),
        ("Kim Lee, QA", "Bo Ray, QA"),
        ("Lee, Kim", "Lee, Ann"),
        ("kim@example.com", "bo@example.com"),
        ("Jan van der Berg", "Piet van der Berg"),
        ("María García López", "Juan García López"),
        ("Ann Le Roy", "Bob Le Roy"),
        ("K. O'Neil-Ray", "B. O'Neil-Ray"),
        ("Dev Patel", "Kim Patel"),
        ("Ann Head", "Ann Cook"),
        ("Dr. Kim Lee", "Dr. Bo Lee"),
    ],
)
def test_different_names_are_different_people(one: str, other: str) -> None:
    """
    A vowel sign or a digit tells people apart; nothing is nobody.
    """
    assert not same_person(one, other)


def test_a_name_in_greek_is_the_same_in_capitals() -> None:
    """
    Its small letters look like other Latin ones than its capitals.
    """
    assert same_person("ΗΑΝΝΑ", "ηαννα")


@pytest.mark.parametrize("nothing", ["", " ", "-", "\u200b", "\u3164", "\ufe0f", "!?"])
def test_what_shows_no_letter_is_no_name(nothing: str) -> None:
    """
    A sign, a blank, or what nobody sees.
    """
    assert forms(nothing) == set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kim Lee", ""),
        ("Анна Иванова (Anna)", ""),
        ("山田 はなコ", ""),
        ("Oʼahu", ""),
        ("Ｋim", ""),
        ("Dr \N{CYRILLIC CAPITAL LETTER A}nn", "\N{CYRILLIC CAPITAL LETTER A}nn"),
    ],
)
def test_a_word_has_letters_of_one_script(name: str, expected: str) -> None:
    """
    A name may have words in several scripts; East Asian ones are written in several at once.
    """
    assert mixed_word(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Kim", False), ("Kím", False), ("K\u200dim", True), ("K\tim", True), ("K\u3164", True)]
)
def test_what_nobody_sees_is_found(name: str, expected: bool) -> None:
    """
    Format and control characters, and letters that show nothing.
    """
    assert hidden(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kím Łee-Nguyễn ș ß", ""),
        ("Əliyev", ""),
        ("Oʼahu", ""),
        ("Анна 2", ""),
        ("Ｋim", ""),
        ("राम", ""),
        ("山田 はなコ", ""),
        ("김", ""),
        ("Kim \N{LATIN SMALL LETTER ALPHA}", "\N{LATIN SMALL LETTER ALPHA}"),
        ("D\N{LATIN LETTER SMALL CAPITAL O}e", "\N{LATIN LETTER SMALL CAPITAL O}"),
        ("D\N{NEW TAI LUE DIGIT ZERO}e", "\N{NEW TAI LUE DIGIT ZERO}"),
        ("\N{LISU LETTER KA}", "\N{LISU LETTER KA}"),
        ("\N{CHEROKEE LETTER GO}", "\N{CHEROKEE LETTER GO}"),
    ],
)
def test_a_letter_that_is_no_usual_one_is_found(name: str, expected: str) -> None:
    """
    Case 8: phonetic letters and those of rare scripts look like others; accents and the scripts that people write stay.
    """
    assert unusual(name) == expected


@pytest.mark.parametrize(
    ("usual", "beyond"),
    [
        pytest.param("AŧŽ", "\u0180", id="Latin"),
        pytest.param("\u0370ἆ\u135a", "\u02af\u1380", id="Greek to Ethiopic"),
        pytest.param("\u1780\u17dc", "\u1770\u1820", id="Khmer"),
        pytest.param("\u3041\u312f힣", "\u303c\u31a0", id="Kana and Bopomofo"),
        pytest.param("\u3400\u9fff", "\u31ff\ua000", id="Han"),
        pytest.param("\U00020000\U0002a6df", "\U0001e943", id="rare Han"),
    ],
)
def test_the_scripts_that_people_write_end_where_they_do(usual: str, beyond: str) -> None:
    """
    The first and last letters of each, and those that stand next to them.
    """
    assert unusual(usual) == ""
    assert [unusual(letter) for letter in beyond] == list(beyond)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(0x0000, 0x017F, id="Latin"),
        pytest.param(0x0370, 0x137F, id="Greek to Ethiopic"),
        pytest.param(0x1780, 0x17FF, id="Khmer"),
        pytest.param(0x3040, 0x312F, id="Japanese and Bopomofo"),
        pytest.param(0x3400, 0x9FFF, id="Chinese"),
        pytest.param(0x20000, 0x3FFFF, id="rare Chinese"),
    ],
)
def test_the_letters_of_living_scripts_are_usual_and_their_neighbours_are_not(first: int, last: int) -> None:
    """
    The first and the last of a block, and what stands before and after it.
    """
    assert is_usual(chr(first))
    assert is_usual(chr(last))
    assert not is_usual(chr(last + 1))
    assert not first or not is_usual(chr(first - 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Lee QA", "sponsor Kim Lee"),
        ("Kim (QA)", "Kim (ops)"),
        ("Kim QA", "Kim, sponsor"),
        ("Kim Lee, here", "Kim Lee, there"),
        ("Dr. Kim Lee", "Prof. Kim Lee"),
        ("[north] Kim Lee", "[south] Kim Lee"),
        ("kim+north@example.com", "kim+south@example.org"),
    ],
)
def test_two_words_for_what_somebody_is_make_no_second_person(one: str, other: str) -> None:
    """
    Case 8: each name has an addition that the other one lacks.
    """
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        *(
            ("Kim Lee", ""),
            ("K. O'Neil-Ray", ""),
            ("O\u2019Neil", ""),
            ("kim_lee@example.com", ""),
            ("राम", ""),
            ("Kim 2", ""),
        ),
        *(
            ("Lee, Kim", ","),
            ("Kim Lee (QA)", "("),
            ("Kim Lee - QA", "-"),
            ("Kim-", "-"),
            ("-Kim", "-"),
            ("Kim+qa@x", "+"),
        ),
        *(
            ("a@b@c", "@"),
            ("Kim <kim@example.com>", "<"),
            ("Kim Lee\u3001QA", "\u3001"),
            ("Kim\u2014QA", "\u2014"),
            ("Kim/QA", "/"),
        ),
    ],
)
def test_a_sign_that_stands_in_no_name_is_found(name: str, sign: str) -> None:
    """
    Points, apostrophes and hyphens within a word do, and the one sign of an address.
    """
    assert added(name) == sign
