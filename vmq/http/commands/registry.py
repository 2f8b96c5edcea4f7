"""What a command is: a typed request, who may give it, and the function that makes an event of it.

    COMMANDS = Commands()

    class PauseAgent(Request):
        agent: AgentName
        reason: Reason = ""

    @COMMANDS.add("POST /agents/{agent}/pause", "agent pause", Right.AGENT)
    def pause(request: PauseAgent) -> Event:
        \"""Take no calls for now.\"""
        return AgentPaused(request.agent, request.reason)

From this one function come the route (the fields that the address names are in the address, all others in the body, or
of a DELETE in the query), its OpenAPI description, and `vmq agent pause ann --reason lunch` (the address's fields and
those without a default are words in their order, all others options). A function that wants to know who gives the
command takes `who: Who` as its second argument. The event goes into the inbox and the answer is
202: what came of it is seen on the floor and in the stream. An agent, queue or caller that there is none of is answered
with 404 before the function is called (the types below say what a field names), one that isn't his who asks with 403
(vmq.access.rights), a device that nobody may name with 422.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from vmq.access.rights import Right, Who
from vmq.domain.events import Event


@dataclass(frozen=True, slots=True)
class Known:
    """Marks a field that names what must be there: agent, queue, caller, offer or call (see vmq.domain.lookup)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Marks a field that says what Asterisk is to ring, or where in the dialplan a call is to go on: a `device` or a
    `context`, which not everybody may name (vmq.domain.device_rules)."""

    kind: Literal["device", "context"]


class Request(BaseModel):
    """Base of all requests: nothing unknown passes in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_DEVICE = r"[A-Za-z]+/[^\s,|&]+"
WORDS = r"^[^\x00-\x1f\x7f]*$"
"""Text in one line."""
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"

NewAgentName = Annotated[str, Field(pattern=_NAME, examples=["ann"])]
AgentName = Annotated[NewAgentName, Known("agent")]
QueueName = Annotated[str, Field(pattern=_NAME, examples=["sales"]), Known("queue")]
AnyQueue = Annotated[str, Field(pattern=rf"^$|{_NAME}", examples=["sales"]), Known("queue")]
CallId = Annotated[str, Field(pattern=r"^[0-9A-Za-z._:-]{1,150}$", examples=["1763845200.17"]), Known("caller")]
OfferId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", examples=["0019ab53e1f00001"]), Known("offer")]
Reason = Annotated[str, Field(max_length=64, pattern=WORDS, examples=["lunch"])]
Penalty = Annotated[int, Field(ge=0, le=1_000_000, examples=[1])]
Watched = Annotated[str, Field(max_length=200, pattern=rf"^({_DEVICE}(&{_DEVICE})*)?$", examples=["PJSIP/1001"])]
Dial = Annotated[Watched, Reached("device")]
Dialled = Annotated[str, Field(pattern=r"^[+0-9*#() ./-]{1,60}$", examples=["030 1234567"])]

Make = TypeVar("Make", bound=Callable[..., Event])


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `address` is below /api/v1; `words` are the noun and the verb of the command line.

    `summary` is the first line of the function's docstring without its full stop, `description` the rest of it.
    One that `starts_call` takes the header Idempotency-Key (see vmq.http.once). One that is `by_queue` must name a
    queue when it is given by somebody who has a group of them.
    """

    method: str
    address: str
    words: str
    right: Right
    request: type[Request]
    make: Callable[[Any, Who], Event]
    summary: str
    description: str = ""
    starts_call: bool = False
    by_queue: bool = False

    @property
    def address_fields(self) -> dict[str, FieldInfo]:
        """The request's fields that the address names, in its order."""
        return {name: self.request.model_fields[name] for name in re.findall(r"{(\w+)}", self.address)}

    @property
    def other_fields(self) -> dict[str, FieldInfo]:
        """The request's other fields."""
        inside = self.address_fields
        return {name: info for name, info in self.request.model_fields.items() if name not in inside}

    def reached(self, request: Request) -> Iterator[tuple[str, str]]:
        """The devices and contexts that the request names: kind and name."""
        return self._marked(request, Reached)

    def named(self, request: Request) -> Iterator[tuple[str, str]]:
        """What the request names that must be there: kind and name."""
        return self._marked(request, Known)

    def _marked(self, request: Request, mark_type: type[Known] | type[Reached]) -> Iterator[tuple[str, str]]:
        for name, info in self.request.model_fields.items():
            for mark in info.metadata:
                if isinstance(mark, mark_type) and (value := getattr(request, name)):
                    yield mark.kind, value


@dataclass(slots=True)
class Commands:
    """The commands of one module, in their order."""

    commands: list[Command] = field(default_factory=list)

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands)

    def add(
        self, route: str, words: str, right: Right, *, starts_call: bool = False, by_queue: bool = False
    ) -> Callable[[Make], Make]:
        """Make a command of the decorated function; `route` is method and address: `POST /agents/{agent}/login`.

        `starts_call` is for what rings somebody: it must not happen twice when the request is sent twice. `by_queue`
        is for what would reach into queues that aren't his who gives it."""
        method, address = route.split(" ")

        def take(make: Make) -> Make:
            request, *more = [hint for name, hint in get_type_hints(make).items() if name != "return"]
            told: Callable[[Any, Who], Event] = make if more else lambda request, _who: make(request)
            summary, _, rest = inspect.cleandoc(make.__doc__ or "").partition("\n")
            texts = (summary.rstrip("."), rest.strip())
            self.commands.append(Command(method, address, words, right, request, told, *texts, starts_call, by_queue))
            return make

        return take
