"""What the API says of telephones in the browser."""

from __future__ import annotations

from pydantic import BaseModel, Field

from vmq.http.telephone_ports import SipAccount
from vmq.http.ways_in import LINE


class StandInView(BaseModel):
    """A telephone of the stand-in that one may use."""

    number: str = Field(examples=["1003"])
    name: str = Field(examples=["Carla"])
    agents: list[str] = Field(description="Who works there.", examples=[["ann"]])


class TelephonesView(BaseModel):
    """What one can telephone with in the browser."""

    stand_in: list[StandInView] = Field(description="Telephones of the stand-in; empty on a real Asterisk.")
    what_to_dial: dict[str, str] = Field(description="Numbers on the stand-in.", examples=[{"600": "the queue"}])
    has_account: bool = Field(description="On a real Asterisk: has one a SIP account of one's own?")


class LineWish(BaseModel):
    """Which telephone."""

    number: str = Field(pattern=r"^[0-9]{1,20}$", examples=["1003"])


class Ticket(BaseModel):
    """What opens the line, once, within half a minute: `<address>?ticket=…`."""

    address: str = Field(examples=[LINE])
    ticket: str = Field(examples=["q83l1kqPzX0_9yLw8cVt2Q"])


class AccountView(BaseModel):
    """Who to register as. Only the agent himself is told."""

    server: str = Field(examples=["wss://pbx.example.com:8089/ws"])
    uri: str = Field(examples=["sip:ann@pbx.example.com"])
    user: str = Field(examples=["ann"])
    secret: str
    display_name: str = Field(examples=["Ann"])
    ice_servers: list[str] = Field(examples=[["stun:stun.example.com"]])

    @classmethod
    def of(cls, account: SipAccount) -> AccountView:
        """The account, as it is sent."""
        return cls(
            server=account.server,
            uri=account.uri,
            user=account.user,
            secret=account.secret,
            display_name=account.display_name,
            ice_servers=list(account.ice_servers),
        )
