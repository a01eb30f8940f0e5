"""Find some well-known defects in source text; the result depends on the text only."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
WEIGHT = {"critical": 20, "high": 10, "medium": 4, "low": 1}
SUFFIXES = {".py": "python", ".js": "javascript", ".ts": "typescript", ".java": "java", ".go": "go", ".php": "php"}


class AnalysisError(ValueError):
    """The code cannot be analysed; the API returns the message to the client."""


@dataclass(frozen=True)
class SourceText:
    path: str
    content: str
    language: str


@dataclass(frozen=True)
class CodeRule:
    id: str
    pattern: re.Pattern[str]
    severity: Severity
    category: str
    title: str
    suggestion: str


@dataclass(frozen=True)
class CodeFinding:
    rule: CodeRule
    path: str
    line: int
    snippet: str


def rule(id: str, pattern: str, severity: Severity, category: str, title: str, suggestion: str) -> CodeRule:
    return CodeRule(id, re.compile(pattern), severity, category, title, suggestion)


RULES = (
    rule(
        "hard-coded-secret",
        r"(?i)\b\w*(password|passwd|secret|api_?key|token)\w*\s*[:=]+\s*[\"'][^\"']{4,}[\"']",
        "critical",
        "security",
        "Hard-coded secret",
        "Read it from the environment or a secret store.",
    ),
    rule(
        "sql-concatenation",
        r"(?i)[\"'](select|insert|update|delete)\b.*[\"']\s*(\+|%|\.format)|f[\"'](select|insert|update|delete)\b[^\"']*\{",
        "critical",
        "security",
        "SQL put together from strings",
        "Pass values as parameters of the query.",
    ),
    rule("eval", r"\b(eval|exec)\s*\(", "high", "security", "Text executed as code", "Parse the input instead."),
    rule(
        "shell",
        r"shell\s*=\s*True|\bos\.system\s*\(",
        "high",
        "security",
        "Shell command from text",
        "Pass a list of arguments.",
    ),
    rule(
        "bare-except",
        r"\bexcept\s*:|\bcatch\s*(\([^)]*\))?\s*\{\s*\}",
        "medium",
        "reliability",
        "Every error swallowed",
        "Catch the errors you expect.",
    ),
    rule(
        "weak-hash",
        r"\b(md5|sha1)\s*\(",
        "medium",
        "security",
        "Weak hash function",
        "Use SHA-256, or a password hash for passwords.",
    ),
    rule(
        "loose-equality",
        r"[^=!<>]==\s*(None|null)\b",
        "low",
        "style",
        "Comparison with null by ==",
        "Compare by identity.",
    ),
    rule("todo", r"\b(TODO|FIXME)\b", "low", "maintainability", "Unfinished work", "Do it, or open an issue for it."),
    rule("long-line", r"^.{121,}$", "low", "style", "Line longer than 120 characters", "Break the line."),
)

SAMPLE = """\
import hashlib

API_KEY = "sample-{seed}-0123456789"


def find(cursor, name):
    # TODO: page through the results
    return cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")


def digest(text):
    try:
        return hashlib.md5(text.encode()).hexdigest()
    except:
        return None
"""


def sources_of(config: dict[str, Any] | None, seed: int) -> list[SourceText]:
    """The code in a scan configuration: `code` or `files`; without both a small sample."""
    config = config or {}
    if "files" in config:
        return [_file(entry) for entry in _list_of_files(config["files"])]
    if "code" in config:
        language = config.get("language", "python")
        return [_source("main", config["code"], language)]
    return [SourceText("sample.py", SAMPLE.format(seed=seed), "python")]


def _list_of_files(files: object) -> Sequence[object]:
    if not isinstance(files, list) or not files:
        raise AnalysisError("scan_config.files must be a list of {path, content} with at least one entry")
    return files


def _file(entry: object) -> SourceText:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise AnalysisError("each of scan_config.files needs a path and a content")
    suffix = entry["path"][entry["path"].rfind(".") :]
    return _source(entry["path"], entry.get("content"), entry.get("language") or SUFFIXES.get(suffix, "text"))


def _source(path: str, content: object, language: object) -> SourceText:
    if not isinstance(content, str):
        raise AnalysisError(f"{path}: there is no code to analyse")
    if "\x00" in content:
        raise AnalysisError(f"{path}: not a text file")
    return SourceText(path, content, str(language).lower())


def analyse(source: SourceText) -> list[CodeFinding]:
    """Findings of every rule on every line, in order of lines; AnalysisError for invalid Python."""
    if source.language == "python":
        _refuse_invalid_python(source)
    return [
        CodeFinding(known, source.path, number, line.strip()[:200])
        for number, line in enumerate(source.content.splitlines(), start=1)
        for known in RULES
        if known.pattern.search(line)
    ]


def _refuse_invalid_python(source: SourceText) -> None:
    try:
        ast.parse(source.content)
    except (SyntaxError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise AnalysisError(f"{source.path}:{line}: cannot be parsed as Python") from error


def counts(findings: Iterable[CodeFinding]) -> dict[str, int]:
    """Severity → number of findings."""
    found = [finding.rule.severity for finding in findings]
    return {severity: found.count(severity) for severity in SEVERITIES}


def score(by_severity: dict[str, int]) -> float:
    """A score from 0 to 100: 100 minus the weight of each finding."""
    lost = sum(WEIGHT[severity] * number for severity, number in by_severity.items())
    return float(max(0, 100 - lost))


def issues(findings: Iterable[CodeFinding]) -> Iterator[dict[str, Any]]:
    """Findings as rows of the issue table."""
    for finding in findings:
        yield {
            "title": finding.rule.title,
            "description": f"{finding.rule.title} in {finding.path}, line {finding.line}.",
            "severity": finding.rule.severity,
            "category": finding.rule.category,
            "file_path": finding.path,
            "line_start": finding.line,
            "line_end": finding.line,
            "code_snippet": finding.snippet,
            "suggestion": finding.rule.suggestion,
            "rule_id": finding.rule.id,
        }
