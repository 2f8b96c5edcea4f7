"""Logging in with an OpenID provider: the browser is sent there, and comes back as somebody."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from vmq.errors import AccessRefused
from vmq.http.identity import address_of
from vmq.http.needs import OPEN
from vmq.http.ports import Access, Provider
from vmq.http.sessions import browser_of, welcome_cookie
from vmq.http.ways_in import OIDC_BEGIN, OIDC_END


def provider_routes(access: Access, provider: Provider) -> APIRouter:
    """There, and back again. These are for browsers: they answer with pages to go to."""
    router = APIRouter(include_in_schema=False, dependencies=[OPEN])

    @router.get(OIDC_BEGIN, name="begin_oidc")
    async def begin(http: Request) -> Response:
        try:
            return await provider.begin(http, str(http.base_url).rstrip("/") + OIDC_END)
        except AccessRefused as error:
            return _back(error.why)

    @router.get(OIDC_END, name="log_in_with_oidc")
    async def end(http: Request) -> Response:
        """The cookie that is set here doesn't count yet in this chain of redirects, which began at another site: the
        log-in page, on its own, finds that somebody is logged in, and goes on."""
        http.state.is_login = True
        try:
            user = await provider.end(http)
            opened = await access.doors.enter(user, address_of(http.scope), browser_of(http))
        except AccessRefused as error:
            http.state.problem = error.why
            return _back(error.why)
        answer = _back("")
        welcome_cookie(http, answer, opened)
        return answer

    return router


def _back(problem: str) -> RedirectResponse:
    return RedirectResponse(f"/login?problem={problem}" if problem else "/login", 303)
