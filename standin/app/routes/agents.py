"""Analysis at once: several agents over one piece of code, or all rules over it."""

import time
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from standin import faults
from standin.analyser import AnalysisError, CodeFinding, SourceText, analyse, counts, issues, score
from standin.app.access import User
from standin.app.answers import answer
from standin.app.error_responses import ApiError, documented
from standin.app.routes import API
from standin.app.schemas.common import Body, Text

router = APIRouter(prefix=API, tags=["analysis"])
AGENTS = {
    "security": "Secrets, injection and other ways in",
    "reliability": "Errors that are swallowed",
    "maintainability": "Work left for later",
    "style": "What readers stumble over",
}

AgentName = Literal["security", "reliability", "maintainability", "style"]
Language = Literal[
    "python", "javascript", "typescript", "java", "go", "php", "ruby", "c", "cpp", "csharp", "rust", "kotlin"
]


class Code(Body):
    code: Text
    language: Language


class CodeForAgents(Code):
    agents: Annotated[list[AgentName] | None, Field(max_length=20)] = None


class AgentIssue(BaseModel):
    title: str
    description: str
    severity: str
    category: str
    file_path: str
    line_start: int
    line_end: int
    code_snippet: str
    suggestion: str
    rule_id: str


class Analysis(BaseModel):
    issues: list[AgentIssue]
    quality_score: float
    summary: dict[str, int]
    duration: float


class AgentResult(BaseModel):
    agent: str
    issues: list[AgentIssue]


class AgentsAnalysis(Analysis):
    results: list[AgentResult]


class Agent(BaseModel):
    name: str
    description: str


class Agents(BaseModel):
    agents: list[Agent]


class Languages(BaseModel):
    languages: list[str]


@router.get("/agents/available", response_model=Agents, responses=documented(401))
async def available(user: User) -> Response:
    return answer({"agents": [{"name": name, "description": text} for name, text in AGENTS.items()]})


@router.post("/agents/analyze", response_model=AgentsAnalysis, responses=documented(400, 401))
async def by_agents(request: Request, user: User, body: CodeForAgents) -> Response:
    chosen = list(dict.fromkeys(body.agents or AGENTS))
    begin = time.perf_counter()
    found = [finding for finding in _analysed(request, body) if finding.rule.category in chosen]
    if faults.active("agents-find-nothing"):
        found = []
    results = [{"agent": name, "issues": list(issues(f for f in found if f.rule.category == name))} for name in chosen]
    return answer({**_told(found, begin), "results": results})


@router.get("/instant-analysis/supported-languages", response_model=Languages, responses=documented(401))
async def supported_languages(user: User) -> Response:
    return answer({"languages": list(get_args(Language))})


@router.post("/instant-analysis/analyze", response_model=Analysis, responses=documented(400, 401))
async def instantly(request: Request, user: User, body: Code) -> Response:
    begin = time.perf_counter()
    return answer(_told(_analysed(request, body), begin))


def _analysed(request: Request, body: Code) -> list[CodeFinding]:
    """This stand-in's language model is its own set of rules."""
    request.app.state.metrics.llm.labels("standin", "deterministic").inc()
    try:
        return analyse(SourceText("main", body.code, body.language))
    except AnalysisError as error:
        raise ApiError(400, "ANALYSIS_FAILED", str(error)) from error


def _told(found: list[CodeFinding], begin: float) -> dict[str, Any]:
    by_severity = counts(found)
    return {
        "issues": list(issues(found)),
        "quality_score": score(by_severity),
        "summary": by_severity,
        "duration": time.perf_counter() - begin,
    }
