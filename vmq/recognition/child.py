"""The process that recognises: `python -m vmq.recognition.child RECOGNISER` with one JSON line in, one JSON line out.

In: `{"wav", "language", "phrases"}`. Out: the transcript's fields, or `{"error", "is_final"}`. The first line in are
the options. It is nice to all others, and ends at once when its parent does, also while it works: its input is then at
its end.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from vmq.errors import VmqError
from vmq.recognition.engines import find_engine
from vmq.recognition.ports import Options, Recogniser

_LONGEST_ERROR = 500


def main() -> None:
    """Serve until the input ends."""
    out = _own_output()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    options = json.loads(lines.get())
    os.nice(options["nice"])
    recogniser: Recogniser | None = None
    while True:
        request = json.loads(lines.get())
        try:
            if recogniser is None:
                wanted = Options(options["model"], options["threads"])
                recogniser = find_engine(sys.argv[1]).open(wanted)
            answer = _answer(recogniser, request)
        except VmqError as error:
            answer = {"error": str(error), "is_final": False}
        except Exception as error:  # whatever a recogniser raises: its next recording may be better
            answer = {"error": f"{type(error).__name__}: {error}"[:_LONGEST_ERROR], "is_final": False}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _answer(recogniser: Recogniser, request: dict[str, Any]) -> dict[str, Any]:
    language = request["language"]
    if not recogniser.hears(language):
        return {"error": f"{recogniser.name} doesn't know the language {language!r}", "is_final": True}
    return asdict(recogniser.transcribe(Path(request["wav"]), language, tuple(request["phrases"])))


def _own_output() -> TextIO:
    """Where answers go; what a library prints goes to standard error instead."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _read(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
