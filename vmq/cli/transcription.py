"""`vmq transcription`: how a running vmq gets on with writing down what is said in messages."""

from __future__ import annotations

from vmq.cli.base import ConfigOption, out
from vmq.cli.remote import Remote, UrlOption


def transcription(config: ConfigOption = None, url: UrlOption = "") -> None:
    """Say how many messages' texts are there and wait, and which were given up; `vmq mailbox transcript … --again`
    tries one of those again."""
    found = Remote(config, url).ask("GET", "/transcription")
    out.print("on" if found["is_on"] else f"off: {found['why_not']}", markup=False)
    out.print(f"done {found['done']}, pending {found['pending']}, left out {found['left_out']}")
    for each in found["dead"]:
        words = f"given up: mailbox {each['mailbox']}, message {each['message_id']}, {each['attempts']} tries"
        out.print(f"{words}: {each['error']}", markup=False)
