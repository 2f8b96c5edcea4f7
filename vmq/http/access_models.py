"""The shapes of what the API says of users, sessions, tokens and the audit log, and of what it is told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from vmq.access.audit import AuditEntry
from vmq.access.rights import Right, Role
from vmq.access.users import NAME_PATTERN, Origin, Session, Token, User
from vmq.http.identity import Visit
from vmq.http.models import Shape

UserName = Annotated[str, Field(pattern=NAME_PATTERN, examples=["sue"])]
Password = Annotated[str, Field(max_length=1024, examples=["four words of yours"])]
AgentName = Annotated[str, Field(max_length=64, pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]*)?$", examples=["ann"])]
MailboxName = Annotated[str, Field(max_length=40, pattern=r"^[0-9*#+A-Za-z_.-]*$", examples=["1001"])]
Queues = Annotated[list[str] | None, Field(max_length=1000, description="null = all.", examples=[["sales"]])]
Seconds = Annotated[float, Field(description="Epoch seconds.", examples=[1763845200.0])]


class Told(BaseModel):
    """Base of what the API is told: nothing unknown passes in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LogIn(Told):
    """Who wants in."""

    name: Annotated[str, Field(max_length=64, examples=["sue"])]
    password: Password


class SetUp(Told):
    """The first administrator; `key` is in the link that vmq printed."""

    key: Annotated[str, Field(max_length=100, examples=["the link's key"])]
    name: UserName
    password: Password


class NewPassword(Told):
    """One's own new password."""

    old_password: Password
    new_password: Password


class NewUser(Told):
    """A user to be made."""

    name: UserName
    password: Password
    role: Annotated[Role, Field(examples=["supervisor"])]
    queues: Queues = None
    agent: AgentName = ""
    mailbox: MailboxName = ""


class UserChange(Told):
    """What is to be another with a user; what is left out stays. A new password ends all his sessions."""

    password: Password | None = None
    role: Annotated[Role | None, Field(examples=["supervisor"])] = None
    queues: Queues = None
    agent: AgentName | None = None
    mailbox: MailboxName | None = None


class NewTokenWanted(Told):
    """A token to be made: what for, and what a program may with it."""

    label: Annotated[str, Field(min_length=1, max_length=80, examples=["wallboard"])]
    rights: Annotated[list[Right], Field(min_length=1, max_length=4, examples=[["monitor"]])]
    queues: Queues = None


class Ways(Shape):
    """How one can log in."""

    needs_setup: bool = Field(description="There is no user yet.", examples=[False])
    provider: str = Field(description="The OpenID provider's name; empty = none.", examples=["Example Ltd"])


class WhoView(Shape):
    """Who asks. Without a log-in (before there is a user, or with the configuration's token) the name is empty."""

    name: str = Field(examples=["sue"])
    roles: list[Role] = Field(description="None for a token with a few rights.", examples=[["supervisor"]])
    rights: list[Right] = Field(examples=[["agent", "supervise", "monitor"]])
    queues: list[str] = Field(description="A supervisor's group; empty = all.", examples=[["sales"]])
    agent: str = Field(examples=["ann"])
    mailbox: str = Field(examples=["1001"])
    ends_at: float = Field(description="When the session ends in any case; 0 = there is none.", examples=[0.0])

    @classmethod
    def of(cls, visit: Visit) -> WhoView:
        """Who this is."""
        who = visit.who
        is_named = visit.user is not None or visit.token
        return cls(
            name=who.name if is_named else "",
            roles=list(who.roles),
            rights=sorted(who.rights),
            queues=sorted(who.queues or ()),
            agent=who.agent,
            mailbox=who.mailbox,
            ends_at=visit.session.ends_at if visit.session else 0.0,
        )


class SessionView(Shape):
    """A browser that is logged in."""

    id: str = Field(examples=["0123456789abcdef"])
    made_at: Seconds
    seen_at: Seconds
    ends_at: Seconds
    address: str = Field(examples=["192.0.2.7"])
    browser: str = Field(examples=["Mozilla/5.0"])
    is_this: bool = Field(description="The one that asks.", examples=[True])

    @classmethod
    def of(cls, session: Session, this: Session | None) -> SessionView:
        """A session as its owner sees it."""
        return cls(
            id=session.id,
            made_at=session.made_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
            address=session.address,
            browser=session.browser,
            is_this=this is not None and session.key_hash == this.key_hash,
        )


class SessionList(Shape):
    """One's own sessions, newest first."""

    items: list[SessionView] = Field(examples=[[]])


class UserView(Shape):
    """A user."""

    name: str = Field(examples=["sue"])
    role: Role = Field(examples=["supervisor"])
    queues: list[str] | None = Field(description="A supervisor's group; null = all.", examples=[["sales"]])
    agent: str = Field(examples=["ann"])
    mailbox: str = Field(examples=["1001"])
    origin: Origin = Field(description="Who vouches for him.", examples=["here"])

    @classmethod
    def of(cls, user: User) -> UserView:
        """A user as an administrator sees him."""
        queues = None if user.queues is None else sorted(user.queues)
        return cls(
            name=user.name,
            role=user.role,
            queues=queues,
            agent=user.agent,
            mailbox=user.mailbox,
            origin=user.origin,
        )


class UserList(Shape):
    """All users, by name."""

    items: list[UserView] = Field(examples=[[]])


class TokenView(Shape):
    """A program's token, without its text."""

    id: str = Field(examples=["0a1b2c3d"])
    user: str = Field(examples=["sue"])
    label: str = Field(examples=["wallboard"])
    rights: list[Right] = Field(examples=[["monitor"]])
    queues: list[str] | None = Field(description="null = all of its user's.", examples=[["sales"]])
    made_at: Seconds
    seen_at: float = Field(description="When it was last used; 0 = never.", examples=[0.0])

    @classmethod
    def of(cls, token: Token) -> TokenView:
        """A token as its owner sees it."""
        return cls(**_token_fields(token))


class TokenMade(TokenView):
    """A new token. Its text is told here, and never again."""

    token: str = Field(examples=["vmq_0a1b2c3d_…"])

    @classmethod
    def made(cls, token: Token, text: str) -> TokenMade:
        """A token, and its text."""
        return cls(**_token_fields(token), token=text)


class TokenList(Shape):
    """Tokens, newest first."""

    items: list[TokenView] = Field(examples=[[]])


class AuditView(Shape):
    """Something that was done, or tried."""

    id: int = Field(examples=[4711])
    at: Seconds
    who: str = Field(description="Empty: somebody who was not let in.", examples=["sue"])
    address: str = Field(examples=["192.0.2.7"])
    action: str = Field(examples=["agent pause"])
    target: str = Field(examples=["ann"])
    details: dict[str, Any] = Field(description="The arguments, without secrets.", examples=[{"reason": "lunch"}])
    result: str = Field(description="`done`, or the id of the problem.", examples=["done"])

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditView:
        """An entry as it is shown."""
        return cls(
            id=entry.id,
            at=entry.at,
            who=entry.who,
            address=entry.address,
            action=entry.action,
            target=entry.target,
            details=dict(entry.details),
            result=entry.result,
        )


class AuditPage(Shape):
    """Entries, newest first; `next` is what to send as `before` for those that follow, null = there are none."""

    items: list[AuditView] = Field(examples=[[]])
    next: int | None = Field(examples=[4700])


def _token_fields(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        "rights": sorted(token.rights),
        "queues": None if token.queues is None else sorted(token.queues),
        "made_at": token.made_at,
        "seen_at": token.seen_at,
    }
