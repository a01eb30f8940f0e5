"""The deterministic analyser."""

import pytest

from standin.analyser import AnalysisError, SourceText, analyse, counts, issues, score, sources_of


def found(code: str, language: str = "python") -> list[str]:
    """The rules that *code* breaks, in order of lines."""
    return [finding.rule.id for finding in analyse(SourceText("main.py", code, language))]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        pytest.param('password = "hunter22"', "hard-coded-secret", id="a password in the source"),
        pytest.param('q = "SELECT * FROM t WHERE n = \'" + n + "\'"', "sql-concatenation", id="SQL by plus"),
        pytest.param('q = f"DELETE FROM t WHERE id = {i}"', "sql-concatenation", id="SQL by f-string"),
        pytest.param("eval(text)", "eval", id="eval"),
        pytest.param("run(command, shell=True)", "shell", id="a shell"),
        pytest.param("try:\n    f()\nexcept:\n    pass", "bare-except", id="a bare except"),
        pytest.param("h = md5(b)", "weak-hash", id="a weak hash"),
        pytest.param("if x == None:\n    f()", "loose-equality", id="a loose comparison"),
        pytest.param("# TODO later", "todo", id="unfinished work"),
        pytest.param("x = 1  # " + "x" * 120, "long-line", id="a long line"),
    ],
)
def test_each_defect_is_found_by_its_rule(code: str, rule: str) -> None:
    """
    One example for each rule, and no other rule speaks up.
    """
    assert found(code) == [rule]


def test_clean_code_gives_no_findings_and_the_full_score() -> None:
    """
    100 is only for code without any.
    """
    assert found("def f(x):\n    return x\n") == []
    assert score(counts([])) == 100


def test_the_score_falls_with_severity_and_stops_at_zero() -> None:
    """
    One critical finding weighs more than several low ones.
    """
    assert score({"critical": 1, "low": 0}) < score({"critical": 0, "low": 5}) < 100
    assert score({"critical": 50}) == 0


def test_findings_become_issues_with_place_and_advice() -> None:
    """
    A person can go to the line and knows what to do there.
    """
    [issue] = issues(analyse(SourceText("a.py", "x = 1\neval(x)\n", "python")))
    assert (issue["file_path"], issue["line_start"], issue["severity"]) == ("a.py", 2, "high")
    assert issue["suggestion"]


def test_code_that_is_no_python_is_refused() -> None:
    """
    It must not look like code without defects.
    """
    with pytest.raises(AnalysisError, match=r"main\.py:1: cannot be parsed"):
        found("def f(:")


def test_other_languages_are_read_line_by_line() -> None:
    """
    No parser, the same rules.
    """
    assert found("try { f() } catch (e) {}", "javascript") == ["bare-except"]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"code": None}, id="no code"),
        pytest.param({"code": "a\x00b"}, id="no text"),
        pytest.param({"files": []}, id="no files"),
        pytest.param({"files": "a.py"}, id="no list of files"),
        pytest.param({"files": [{"content": "x"}]}, id="a file without a path"),
        pytest.param({"files": [{"path": "a.py"}]}, id="a file without contents"),
    ],
)
def test_a_scan_of_nothing_is_refused(config: dict[str, object]) -> None:
    """
    The task fails and says why.
    """
    with pytest.raises(AnalysisError):
        sources_of(config, seed=1)


def test_without_code_a_small_sample_is_scanned() -> None:
    """
    The same for the same project, with findings of several severities.
    """
    [sample] = sources_of(None, seed=7)
    assert sources_of({}, seed=7) == [sample]
    assert {severity for severity, number in counts(analyse(sample)).items() if number} == {"critical", "medium", "low"}


def test_files_are_read_in_their_own_language() -> None:
    """
    By what they say of themselves, else by their suffix.
    """
    files = [{"path": "a.py", "content": ""}, {"path": "b", "content": "", "language": "Go"}]
    assert [source.language for source in sources_of({"files": files}, seed=1)] == ["python", "go"]
