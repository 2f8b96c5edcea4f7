"""Log in, log out, who am I, one's password and sessions, and making the first user."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import JSONResponse

from vmq.access.doors import Doors, Opened
from vmq.access.users import Session, User
from vmq.http.access_models import LogIn, NewPassword, SessionList, SessionView, SetUp, Ways, WhoView
from vmq.http.identity import Visit, address_of, cookie_name, visit_of
from vmq.http.needs import LET_IN, OPEN
from vmq.http.ports import Access
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter
from vmq.http.ways_in import SESSION, SET_UP, WAYS

SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0123456789abcdef"])]

_IN = ("login-refused", "foreign-origin", "too-large", "invalid", "locked", "too-many-attempts", "storage-failed")
_OWN = ("token-needed", "not-allowed", "foreign-origin", "storage-failed")


def session_routes(access: Access) -> APIRouter:
    """One's own session and sessions."""
    router = ApiRouter(tags=["sessions"])
    doors, provider = access.doors, access.provider

    @router.get(WAYS, summary="How one can log in", dependencies=[OPEN], responses=documented("storage-failed"))
    async def ways() -> Ways:
        return Ways(needs_setup=not await doors.has_users(), provider=provider.label if provider else "")

    @router.post(
        SESSION,
        name="log_in",
        summary="Log in: the answer sets the session's cookie",
        dependencies=[OPEN],
        responses={200: {"model": WhoView}, **documented(*_IN)},
    )
    async def log_in(http: Request, body: LogIn) -> Response:
        return _welcome(http, await doors.log_in(body.name, body.password, address_of(http.scope), browser_of(http)))

    @router.post(
        SET_UP,
        name="set_up",
        summary="Make the first administrator, by the link that vmq printed when it started",
        dependencies=[OPEN],
        status_code=201,
        responses={201: {"model": WhoView}, **documented("setup-over", "password-refused", "user-refused", *_IN)},
    )
    async def set_up(http: Request, body: SetUp) -> Response:
        opened = await doors.set_up(body.key, body.name, body.password, address_of(http.scope), browser_of(http))
        return _welcome(http, opened, 201)

    @router.get(SESSION, summary="Who am I?", dependencies=[LET_IN], responses=documented(*_OWN))
    async def who_am_i(http: Request) -> WhoView:
        return WhoView.of(visit_of(http))

    @router.delete(
        SESSION,
        name="log_out",
        summary="Log out",
        dependencies=[LET_IN],
        status_code=204,
        responses=documented(*_OWN),
    )
    async def log_out(http: Request) -> Response:
        if (session := visit_of(http).session) is not None:
            await doors.log_out(session)
        answer = Response(status_code=204)
        is_secure = http.scope.get("scheme") == "https"
        answer.delete_cookie(cookie_name(http.scope), secure=is_secure, httponly=True, samesite="strict")
        return answer

    _add_own(router, doors)
    return router


def _add_own(router: APIRouter, doors: Doors) -> None:
    """What only a user who logged in has: a password, and other sessions."""

    @router.put(
        "/session/password",
        summary="Change one's own password; all other sessions end",
        dependencies=[LET_IN],
        status_code=204,
        responses=documented("password-refused", *_OWN, *_IN),
    )
    async def change_password(http: Request, body: NewPassword) -> Response:
        user, session = _user_and_session(http)
        address = address_of(http.scope)
        await doors.change_password(user, body.old_password, body.new_password, address, keep=session.key_hash)
        return Response(status_code=204)

    @router.get(
        "/sessions",
        summary="Where one is logged in",
        dependencies=[LET_IN],
        responses=documented(*_OWN),
    )
    async def my_sessions(http: Request) -> SessionList:
        user, session = _user_and_session(http)
        items = [SessionView.of(each, session) for each in await doors.sessions_of(user.name)]
        return SessionList(items=items)

    @router.delete(
        "/sessions/{session_id}",
        summary="End one of one's own sessions",
        dependencies=[LET_IN],
        status_code=204,
        responses=documented("session-unknown", "invalid", *_OWN),
    )
    async def end_session(http: Request, session_id: SessionId) -> Response:
        user, _ = _user_and_session(http)
        if not await doors.close_sessions(user.name, session_id=session_id):
            raise ProblemError("session-unknown", session_id)
        return Response(status_code=204)


def welcome_cookie(http: Request, answer: Response, opened: Opened) -> None:
    """Let the browser keep a new session's key: out of scripts' reach, for this site's own requests only."""
    visit = Visit(opened.user.who(), address_of(http.scope), opened.session, opened.user)
    http.scope["state"]["visit"] = visit
    is_secure = http.scope.get("scheme") == "https"
    answer.set_cookie(cookie_name(http.scope), opened.key, path="/", secure=is_secure, httponly=True, samesite="strict")


def browser_of(http: Request) -> str:
    """What the browser calls itself."""
    return http.headers.get("user-agent", "")


def _welcome(http: Request, opened: Opened, status: int = 200) -> Response:
    view = WhoView.of(Visit(opened.user.who(), "", opened.session, opened.user))
    answer = JSONResponse(view.model_dump(mode="json"), status)
    welcome_cookie(http, answer, opened)
    return answer


def _user_and_session(http: Request) -> tuple[User, Session]:
    visit = visit_of(http)
    if visit.user is None or visit.session is None:
        raise ProblemError("not-allowed", "this is for a user who logged in")
    return visit.user, visit.session
