"""The ways in: log-in with a password, a session's cookie, a program's token, the set-up link; and out again.

Until there is a first user nobody can log in; who makes that user does so by the set-up link, or on the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from vmq.access.addresses import AddressLimit
from vmq.access.keys import NewToken, digest, new_key, new_token, token_id
from vmq.access.passwords import Passwords
from vmq.access.ports import Users, Visits
from vmq.access.rights import Right, Role, Who
from vmq.access.users import Origin, Session, Token, User, password_fault, user_fault
from vmq.domain.pin import LoginState, count_attempt
from vmq.engine.ports import Clock
from vmq.errors import AccessRefused

SEEN_EVERY_S = 60.0
"""How exactly is known when a session or token was used last: each time would be a write for each request."""
LINK_S = 3600.0
MAX_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class DoorRules:
    """`lock_after` wrong passwords close a name for `lock_s`; a session ends when nothing is asked for `idle_s`, and in
    any case after `session_s`."""

    lock_after: int = 10
    lock_s: float = 900.0
    idle_s: float = 4 * 3600.0
    session_s: float = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, and the key for its cookie."""

    key: str
    session: Session
    user: User


class Doors:
    """All ways in. Methods raise AccessRefused and StorageError."""

    def __init__(
        self, users: Users, visits: Visits, clock: Clock, rules: DoorRules, addresses: AddressLimit | None = None
    ) -> None:
        self.rules = rules
        self._users = users
        self._visits = visits
        self._clock = clock
        self._addresses = addresses or AddressLimit()
        self._passwords = Passwords()
        self._link = ("", 0.0)
        self._has_users = False

    async def has_users(self) -> bool:
        """Is there a user? From the first one on, for good: the last administrator can't be removed."""
        self._has_users = self._has_users or await self._users.is_any()
        return self._has_users

    async def new_link(self) -> str:
        """A key for the set-up page, for LINK_S; empty when there are users. An earlier one is of no use any more."""
        if await self.has_users():
            return ""
        key = new_key()
        self._link = (digest(key), self._clock.now() + LINK_S)
        return key

    async def set_up(self, key: str, name: str, password: str, address: str, browser: str) -> Opened:
        """Make the first administrator, and log him in. The link is used up by that."""
        self._limit(address)
        link_hash, until = self._link
        if await self.has_users() or self._clock.now() >= until or not compare_digest(digest(key), link_hash):
            raise AccessRefused(
                "setup-over", "start vmq again for a new link, or run `vmq user add NAME --role administrator`"
            )
        self._addresses.forgive(address)
        user = User(name, Role.ADMINISTRATOR)
        if not await self._add(user, password, only_first=True):
            raise AccessRefused("setup-over", "somebody else has made the first user")
        self._link = ("", 0.0)
        return await self._open(user, address, browser)

    async def log_in(self, name: str, password: str, address: str, browser: str) -> Opened:
        """A new session for who knows the password. Each attempt is counted before it is checked."""
        name = name.strip().lower()[:64]
        self._limit(address)
        now = self._clock.now()
        before, _ = await self._users.change_login(
            name, lambda state: count_attempt(state, now, self.rules.lock_after, self.rules.lock_s)
        )
        if before.is_locked(now):
            raise AccessRefused("locked", "too many wrong passwords for this name", before.locked_until - now)
        found = await self._users.find(name)
        is_right = await self._passwords.check(password[:1024], found[1] if found else "")
        if found is None or not is_right:
            raise AccessRefused("login-refused", "")
        self._addresses.forgive(address)
        await self._users.change_login(name, lambda _: LoginState())
        return await self._open(found[0], address, browser)

    async def enter(self, user: User, address: str, browser: str) -> Opened:
        """A new session for somebody whom the OpenID provider vouches for; he is made, or changed, to be this."""
        found = await self._users.find(user.name)
        if found is not None and found[0].origin is not Origin.OIDC:
            raise AccessRefused("login-refused", f"there is a user {user.name} with a password of vmq's own")
        if fault := user_fault(user):
            raise AccessRefused("login-refused", fault)
        is_so = found is not None and found[0] == user
        if found is None:
            is_so = await self._users.add(user, "", self._clock.now())
        elif not is_so:
            is_so = await self._users.change(user)
        if not is_so:
            raise AccessRefused("login-refused", f"somebody made or removed a user {user.name} meanwhile; try again")
        return await self._open(user, address, browser)

    async def by_session(self, key: str, *, is_use: bool = True) -> tuple[Session, User] | None:
        """The session of a cookie, if it still is one. Asking counts as use of it."""
        found = await self._visits.session(digest(key))
        now = self._clock.now()
        if found is None or found[0].is_over(now, self.rules.idle_s):
            return None
        if is_use and now - found[0].seen_at >= SEEN_EVERY_S:
            await self._visits.seen(found[0].key_hash, now)
        return found

    async def by_token(self, text: str) -> tuple[Token, Who] | None:
        """A program's token, and who it makes the program."""
        name = token_id(text)
        found = await self._visits.token(name) if name else None
        if found is None or not compare_digest(digest(text), found[0].key_hash):
            return None
        token, user = found
        now = self._clock.now()
        if now - token.seen_at >= SEEN_EVERY_S:
            await self._visits.token_seen(token.id, now)
        return token, token.who(user)

    async def log_out(self, session: Session) -> None:
        """End a session."""
        await self._visits.close(session.user, session_id=session.id)

    async def sessions_of(self, user: str) -> Sequence[Session]:
        """A user's sessions that are not over, newest first."""
        now = self._clock.now()
        return [each for each in await self._visits.sessions_of(user) if not each.is_over(now, self.rules.idle_s)]

    async def close_sessions(self, user: str, *, session_id: str = "", but: str = "") -> int:
        """End a user's session of this id, or all of them but one; how many were ended."""
        return await self._visits.close(user, session_id=session_id, but=but)

    async def change_password(self, user: User, old: str, new: str, address: str, *, keep: str) -> None:
        """A user's own new password; his other sessions (all but the one with the key hash `keep`) end."""
        self._limit(address)
        found = await self._users.find(user.name)
        if found is None or not await self._passwords.check(old[:1024], found[1]):
            raise AccessRefused("login-refused", "the old password is not this one")
        self._addresses.forgive(address)
        await self.set_password(user.name, new)
        await self._visits.close(user.name, but=keep)

    async def set_password(self, name: str, password: str) -> None:
        """A new password for a user whom the OpenID provider doesn't vouch for; a lock on his name is lifted."""
        await self.check_password(name, password)
        await self._users.set_password(name, await self._passwords.hash(password))

    async def check_password(self, name: str, password: str) -> None:
        """Raises AccessRefused when a user can't have this password."""
        found = await self._users.find(name)
        if found is None:
            raise AccessRefused("user-unknown", name)
        if found[0].origin is Origin.OIDC:
            raise AccessRefused("password-refused", f"{name} logs in with the OpenID provider")
        if fault := password_fault(password, name):
            raise AccessRefused("password-refused", fault)

    async def add_user(self, user: User, password: str) -> None:
        """A new user."""
        if not await self._add(user, password):
            raise AccessRefused("user-exists", user.name)

    async def change_user(self, user: User) -> None:
        """Let a user be this. What he may changes at once, also in open sessions."""
        if fault := user_fault(user):
            raise AccessRefused("user-refused", fault)
        if not await self._users.change(user):
            raise AccessRefused("user-unknown", user.name)

    async def remove_user(self, name: str) -> None:
        """Forget a user, his sessions and his tokens."""
        if not await self._users.remove(name):
            raise AccessRefused("user-unknown", name)

    async def user(self, name: str) -> User:
        """A user."""
        found = await self._users.find(name)
        if found is None:
            raise AccessRefused("user-unknown", name)
        return found[0]

    async def users(self) -> Sequence[User]:
        """All users, by name."""
        return await self._users.all()

    async def make_token(
        self, user: User, label: str, rights: frozenset[Right], queues: frozenset[str] | None
    ) -> tuple[Token, NewToken]:
        """A token for a user's programs; its text is in the second part, and nowhere else."""
        new = new_token()
        wanted = Token(new.id, digest(new.text), user.name, label, rights, queues, self._clock.now())
        if not rights <= user.who().rights:
            raise AccessRefused("not-allowed", "a token can't have rights that its user has not")
        await self._visits.add_token(wanted)
        return wanted, new

    async def tokens(self, user: str = "") -> Sequence[Token]:
        """A user's tokens, or everybody's."""
        return await self._visits.tokens(user)

    async def revoke_token(self, token: str, user: str = "") -> bool:
        """Revoke a token; False when there is none (of this user, when one is named)."""
        return await self._visits.remove_token(token, user)

    def _limit(self, address: str) -> None:
        wait_s = self._addresses.attempt(address, self._clock.now())
        if wait_s > 0:
            raise AccessRefused("too-many-attempts", "too many wrong passwords from this address", wait_s)

    async def _add(self, user: User, password: str, *, only_first: bool = False) -> bool:
        if fault := user_fault(user):
            raise AccessRefused("user-refused", fault)
        if fault := password_fault(password, user.name):
            raise AccessRefused("password-refused", fault)
        password_hash = await self._passwords.hash(password)
        return await self._users.add(user, password_hash, self._clock.now(), only_first=only_first)

    async def _open(self, user: User, address: str, browser: str) -> Opened:
        key, now = new_key(), self._clock.now()
        ends_at = now + self.rules.session_s
        session = Session(digest(key), user.name, now, now, ends_at, address, browser[:200])
        await self._visits.open(session)
        for old in (await self._visits.sessions_of(user.name))[MAX_SESSIONS:]:
            await self._visits.close(user.name, session_id=old.id)
        return Opened(key, session, user)
