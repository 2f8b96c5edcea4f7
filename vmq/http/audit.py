"""The audit log, page by page, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from vmq.access.audit import AuditQuestion
from vmq.access.rights import Right
from vmq.http.access_models import AuditPage, AuditView, Told
from vmq.http.needs import needs
from vmq.http.ports import Access
from vmq.http.problems import documented
from vmq.http.routers import ApiRouter

Text = Annotated[str, Field(max_length=200)]


class AuditQuery(Told):
    """Which entries; empty = any."""

    who: Annotated[Text, Field(examples=["sue"])] = ""
    action: Annotated[Text, Field(description="As an entry says it.", examples=["agent pause"])] = ""
    target: Annotated[Text, Field(examples=["ann"])] = ""
    result: Annotated[Text, Field(examples=["not-allowed"])] = ""
    begin: Annotated[float, Field(ge=0, description="Epoch seconds; 0 = from the first.")] = 0.0
    end: Annotated[float, Field(ge=0, description="Epoch seconds; 0 = until now.")] = 0.0
    before: Annotated[int, Field(ge=0, lt=2**62, description="`next` of the page before.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


def audit_routes(access: Access) -> APIRouter:
    """Who did what."""
    router = ApiRouter(tags=["audit"])

    @router.get(
        "/audit",
        summary="Who did what, when, from where, and what came of it; newest first",
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented("token-needed", "not-allowed", "invalid", "storage-failed"),
    )
    async def audit(query: Annotated[AuditQuery, Query()]) -> AuditPage:
        found = await access.audit.page(AuditQuestion(**query.model_dump()))
        follows = found[-1].id if len(found) == query.limit else None
        return AuditPage(items=[AuditView.of(entry) for entry in found], next=follows)

    return router
