"""Prompts and language-model providers: read by everybody, kept by administrators."""

from typing import Any, LiteralString

from fastapi import APIRouter, Request
from starlette.responses import Response

from standin.app.access import Admin, Keeper, User
from standin.app.answers import answer, page_of
from standin.app.database import Row
from standin.app.error_responses import documented, not_found
from standin.app.routes import API
from standin.app.schemas import catalogues as schema
from standin.app.schemas.common import Page, PageSize, PathId

prompts = APIRouter(prefix=f"{API}/prompts", tags=["prompts"])
providers = APIRouter(prefix=f"{API}/llm-providers", tags=["llm-providers"])
PROMPTS: dict[str, LiteralString] = {
    "count": "SELECT count(*) AS n FROM prompts",
    "list": "SELECT * FROM prompts ORDER BY id LIMIT %s OFFSET %s",
    "find": "SELECT * FROM prompts WHERE id = %(id)s",
    "insert": """INSERT INTO prompts (name, content, category, is_active)
        VALUES (%(name)s, %(content)s, %(category)s, %(is_active)s) RETURNING *""",
    "update": """UPDATE prompts SET name = %(name)s, content = %(content)s, category = %(category)s,
        is_active = %(is_active)s, updated_at = now() WHERE id = %(id)s RETURNING *""",
    "delete": "DELETE FROM prompts WHERE id = %(id)s RETURNING id",
}
PROVIDERS: dict[str, LiteralString] = {
    "count": "SELECT count(*) AS n FROM llm_providers",
    "list": "SELECT * FROM llm_providers ORDER BY id LIMIT %s OFFSET %s",
    "find": "SELECT * FROM llm_providers WHERE id = %(id)s",
    "insert": """INSERT INTO llm_providers (name, provider, model, base_url, is_active)
        VALUES (%(name)s, %(provider)s, %(model)s, %(base_url)s, %(is_active)s) RETURNING *""",
    "update": """UPDATE llm_providers SET name = %(name)s, provider = %(provider)s, model = %(model)s,
        base_url = %(base_url)s, is_active = %(is_active)s, updated_at = now() WHERE id = %(id)s RETURNING *""",
    "delete": "DELETE FROM llm_providers WHERE id = %(id)s RETURNING id",
}


@prompts.get("", response_model=schema.PromptPage, responses=documented(401))
async def list_prompts(request: Request, user: User, page: Page = 1, page_size: PageSize = 20) -> Response:
    return await _list(request, PROMPTS, page, page_size)


@prompts.post("", status_code=201, response_model=schema.Prompt, responses=documented(401, 403))
async def create_prompt(request: Request, admin: Admin, body: schema.PromptFields) -> Response:
    return answer(await _one(request, "prompt", PROMPTS["insert"], body.model_dump()), 201)


@prompts.get("/{prompt_id}", response_model=schema.Prompt, responses=documented(401, 404))
async def get_prompt(request: Request, user: User, prompt_id: PathId) -> Response:
    return answer(await _one(request, "prompt", PROMPTS["find"], {"id": prompt_id}))


@prompts.put("/{prompt_id}", response_model=schema.Prompt, responses=documented(401, 403, 404))
async def update_prompt(request: Request, keeper: Keeper, prompt_id: PathId, body: schema.PromptFields) -> Response:
    return answer(await _one(request, "prompt", PROMPTS["update"], {**body.model_dump(), "id": prompt_id}))


@prompts.delete("/{prompt_id}", status_code=204, response_class=Response, responses=documented(401, 403, 404))
async def delete_prompt(request: Request, keeper: Keeper, prompt_id: PathId) -> Response:
    await _one(request, "prompt", PROMPTS["delete"], {"id": prompt_id})
    return Response(status_code=204)


@providers.get("", response_model=schema.ProviderPage, responses=documented(401))
async def list_providers(request: Request, user: User, page: Page = 1, page_size: PageSize = 20) -> Response:
    return await _list(request, PROVIDERS, page, page_size)


@providers.post("", status_code=201, response_model=schema.Provider, responses=documented(401, 403))
async def create_provider(request: Request, admin: Admin, body: schema.ProviderFields) -> Response:
    return answer(await _one(request, "provider", PROVIDERS["insert"], body.model_dump()), 201)


@providers.get("/{provider_id}", response_model=schema.Provider, responses=documented(401, 404))
async def get_provider(request: Request, user: User, provider_id: PathId) -> Response:
    return answer(await _one(request, "provider", PROVIDERS["find"], {"id": provider_id}))


@providers.put("/{provider_id}", response_model=schema.Provider, responses=documented(401, 403, 404))
async def update_provider(
    request: Request, keeper: Keeper, provider_id: PathId, body: schema.ProviderFields
) -> Response:
    return answer(await _one(request, "provider", PROVIDERS["update"], {**body.model_dump(), "id": provider_id}))


@providers.delete("/{provider_id}", status_code=204, response_class=Response, responses=documented(401, 403, 404))
async def delete_provider(request: Request, keeper: Keeper, provider_id: PathId) -> Response:
    await _one(request, "provider", PROVIDERS["delete"], {"id": provider_id})
    return Response(status_code=204)


async def _list(request: Request, statements: dict[str, LiteralString], page: int, page_size: int) -> Response:
    database = request.app.state.database
    counted = await database.row(statements["count"])
    items = await database.rows(statements["list"], (page_size, (page - 1) * page_size))
    return answer(page_of(items, counted["n"], page, page_size))


async def _one(request: Request, what: str, statement: LiteralString, params: dict[str, Any]) -> Row:
    row: Row | None = await request.app.state.database.row(statement, params)
    if row is None:
        raise not_found(what)
    return row
