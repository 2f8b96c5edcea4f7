"""A small OpenID provider on 127.0.0.1: discovery, the code flow with PKCE, signed ID tokens. Its one user is whoever
`claims` say; `spoil` makes it lie in one way."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from vmq.engine.memory import MemoryJournal
from vmq.http.server import HttpServer
from vmq.http.stream import Streams

CLIENT_ID = "vmq"
CLIENT_SECRET = "the client's secret"


class OidcPeer:
    """The provider. `issuer` is set once it listens."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.user_info: dict[str, Any] = {}
        self.spoil = ""
        self._key = RSAKey.generate_key(2048, {"kid": "one"})
        self._other_key = RSAKey.generate_key(2048, {"kid": "one"})
        self._codes: dict[str, dict[str, str]] = {}

    def app(self) -> FastAPI:
        """Its application."""
        app = FastAPI(openapi_url=None)
        app.get("/.well-known/openid-configuration")(self._discovery)
        app.get("/jwks")(self._jwks)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        app.get("/userinfo")(self._userinfo)
        return app

    async def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": "http://evil.example" if self.spoil == "issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    async def _jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if asked["client_id"] != CLIENT_ID or asked["code_challenge_method"] != "S256":
            return Response("not with us", 400)
        if self.spoil == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe()
            self._codes[code] = asked
            back = {"code": code, "state": "another" if self.spoil == "state" else asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        told = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(told["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=")
        login = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        is_good = (
            challenge.decode() == asked["code_challenge"]
            and told["redirect_uri"] == asked["redirect_uri"]
            and request.headers.get("authorization") == f"Basic {login}"
        )
        if not is_good:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "somebody else" if self.spoil == "audience" else CLIENT_ID,
            "iat": now,
            "exp": now - 3600 if self.spoil == "expired" else now + 60,
            "nonce": "another" if self.spoil == "nonce" else asked["nonce"],
            "sub": "4711",
            **self.claims,
        }
        key = self._other_key if self.spoil == "signature" else self._key
        id_token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token})

    async def _userinfo(self) -> dict[str, Any]:
        return {"sub": "4712" if self.spoil == "subject" else "4711", **self.user_info}


@asynccontextmanager
async def oidc_peer() -> AsyncIterator[OidcPeer]:
    """A provider that listens."""
    peer = OidcPeer()
    server = HttpServer(peer.app(), Streams(MemoryJournal()), "127.0.0.1", 0)
    peer.issuer = server.url
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield peer
        finally:
            server.stop()
