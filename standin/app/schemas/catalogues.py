"""Prompts and language-model providers: what administrators keep for everybody."""

from datetime import datetime

from pydantic import BaseModel

from standin.app.schemas.common import Body, Name, Paged, Text, Url


class PromptFields(Body):
    name: Name
    content: Text
    category: Name = "general"
    is_active: bool = True


class Prompt(BaseModel):
    id: int
    name: str
    content: str
    category: str
    is_active: bool
    created_at: datetime
    updated_at: datetime


class PromptPage(Paged):
    items: list[Prompt]


class ProviderFields(Body):
    name: Name
    provider: Name
    model: Name
    base_url: Url | None = None
    is_active: bool = True


class Provider(BaseModel):
    id: int
    name: str
    provider: str
    model: str
    base_url: str | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


class ProviderPage(Paged):
    items: list[Provider]
