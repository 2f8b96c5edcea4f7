"""Users, for administrators; and the tokens of one's own programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from vmq.access.rights import Right
from vmq.access.users import User
from vmq.http.access_models import (
    NewTokenWanted,
    NewUser,
    TokenList,
    TokenMade,
    TokenView,
    UserChange,
    UserList,
    UserName,
    UserView,
)
from vmq.http.identity import visit_of
from vmq.http.needs import LET_IN, needs
from vmq.http.ports import Access
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

Name = Annotated[UserName, Path()]
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", examples=["0a1b2c3d"])]

_READ = ("token-needed", "not-allowed", "storage-failed")
_WRITE = (*_READ, "foreign-origin", "too-large", "invalid")
_CHANGE = (*_WRITE, "user-unknown", "user-refused", "password-refused", "last-administrator")


def user_routes(access: Access) -> APIRouter:
    """Who there is."""
    router = ApiRouter(prefix="/users", tags=["users"], dependencies=[needs(Right.ADMINISTER)])
    doors = access.doors

    @router.get("", summary="All users", name="list_users", responses=documented(*_READ))
    async def everybody() -> UserList:
        return UserList(items=[UserView.of(user) for user in await doors.users()])

    @router.post(
        "", summary="Make a user", name="add_user", status_code=201, responses=documented("user-exists", *_CHANGE)
    )
    async def add(body: NewUser) -> UserView:
        user = User(body.name, body.role, _group(body.queues), body.agent, body.mailbox)
        await doors.add_user(user, body.password)
        return UserView.of(user)

    @router.get("/{name}", summary="A user", name="get_user", responses=documented("user-unknown", "invalid", *_READ))
    async def get(name: Name) -> UserView:
        return UserView.of(await doors.user(name))

    @router.patch(
        "/{name}",
        summary="Change a user: at once, also where he is logged in",
        name="change_user",
        responses=documented(*_CHANGE),
    )
    async def change(name: Name, body: UserChange) -> UserView:
        given = body.model_dump(exclude_unset=True)
        password = given.pop("password", None)
        if "queues" in given:
            given["queues"] = _group(body.queues)
        if fault := [key for key, value in given.items() if value is None and key != "queues"]:
            raise ProblemError("invalid", f"{fault[0]}: leave it out, or say what it is to be")
        user = replace(await doors.user(name), **given)
        if password is not None:
            await doors.check_password(name, password)
        await doors.change_user(user)
        if password is not None:
            await doors.set_password(name, password)
            await doors.close_sessions(name)
        return UserView.of(user)

    @router.delete(
        "/{name}",
        summary="Forget a user, his sessions and his tokens",
        name="remove_user",
        status_code=204,
        responses=documented("user-unknown", "last-administrator", *_WRITE),
    )
    async def remove(name: Name) -> Response:
        await doors.remove_user(name)
        return Response(status_code=204)

    return router


def token_routes(access: Access) -> APIRouter:
    """The keys of programs."""
    router = ApiRouter(prefix="/tokens", tags=["tokens"], dependencies=[LET_IN])
    doors = access.doors

    @router.get(
        "",
        summary="One's own tokens; an administrator sees everybody's",
        name="list_tokens",
        responses=documented(*_READ),
    )
    async def tokens(http: Request) -> TokenList:
        items = [TokenView.of(token) for token in await doors.tokens(_owner(http))]
        return TokenList(items=items)

    @router.post(
        "",
        summary="Make a token for a program: some of one's own rights, perhaps over some queues only",
        description="Its text is in this answer and nowhere else. It never may more than its user may at that time.",
        name="add_token",
        status_code=201,
        responses=documented(*_WRITE),
    )
    async def add(http: Request, body: NewTokenWanted) -> TokenMade:
        user = _logged_in(http)
        token, new = await doors.make_token(user, body.label, frozenset(body.rights), _group(body.queues))
        return TokenMade.made(token, new.text)

    @router.delete(
        "/{token_id}",
        summary="Revoke a token; an administrator may revoke anybody's",
        name="remove_token",
        status_code=204,
        responses=documented("token-unknown", *_WRITE),
    )
    async def remove(http: Request, token_id: TokenId) -> Response:
        if not await doors.revoke_token(token_id, _owner(http)):
            raise ProblemError("token-unknown", token_id)
        return Response(status_code=204)

    return router


def _group(queues: list[str] | None) -> frozenset[str] | None:
    return None if queues is None else frozenset(queues)


def _logged_in(http: Request) -> User:
    """The user in whose session this is asked: a token must not see, make or revoke another. Raises ProblemError."""
    user = visit_of(http).user
    if user is None:
        raise ProblemError("not-allowed", "tokens are for a user who logged in")
    return user


def _owner(http: Request) -> str:
    """Whose tokens somebody may look at; empty = everybody's. Raises ProblemError."""
    user = _logged_in(http)
    return "" if Right.ADMINISTER in user.who().rights else user.name
