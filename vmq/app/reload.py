"""Asks a running vmq, over its API, to open its packs anew."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from vmq.app.packs import Reloaded
from vmq.config.model import Config
from vmq.errors import ConfigError, VmqError

TIMEOUT_S = 120.0


def reload_running(config: Config) -> Reloaded:
    """What the reload gave. Raises VmqError when no vmq answers, ConfigError when it does not take the token."""
    host = "127.0.0.1" if config.http.host in ("0.0.0.0", "::") else config.http.host  # noqa: S104 - not bound here
    url = f"http://{f'[{host}]' if ':' in host else host}:{config.http.port}/api/v1/packs/reload"
    token = config.http.token.get_secret_value()
    headers = {"authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, method="POST", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 401:
            raise ConfigError("http.token: the running vmq takes another one") from error
        raise VmqError(f"{url} answers {error.code} {error.reason}; see the log of the running vmq") from error
    except (OSError, ValueError) as error:
        raise VmqError(f"no vmq answers at {url} ({error}); is it running, and is http.port right?") from error
    return Reloaded(tuple(body["packs"]), body["refused"])
