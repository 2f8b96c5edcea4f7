"""The same thirty tasks in every personality, on a real Asterisk: `python -m bench.tasks [--write]`.

Telephones call in, several at once, press the keys of tests/tasks as RTP events, and every effect is looked up in the
mailbox afterwards. Prints a table of keys and seconds, personality by personality; with `--write` it becomes
docs/personalities/tasks.md. Exit status 1 when a task did not have its effect.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

from tests.live import task_calls
from tests.live.install import find_asterisk, reason_for_absence
from tests.live.server import AsteriskServer
from tests.tasks import stand_in
from tests.tasks.tasks import doings, personalities, tasks

TARGET = Path("docs/personalities/tasks.md")
Live = Mapping[tuple[str, str], task_calls.Done]
Heard = Mapping[tuple[str, str], stand_in.Done]

HEAD = """# Thirty tasks, personality by personality

The same things done in every shipped personality that has them, on a real Asterisk, by SIP telephones whose keys go
as RTP events. What each had to do is looked up in the mailbox afterwards: the message is gone, the receiver has it with
its introduction, the greeting ends on that day. All of it is data in `tests/tasks`: tasks, keys, effects. This page is
written by `python -m bench.tasks --write`.

- Log-in is left out, but for the task of that name. Receivers are mailboxes of four digits; Carol King is spelled 5464.
- Whoever is done hangs up. Where hanging up sends or keeps what was spoken, no key is pressed for it.
- A dash: this personality has no such task.
"""
KEYS = """
## Keys pressed
"""
SECONDS = """
## Seconds, for somebody who knows the keys

Menus are as brief as the personality has them. From the first sound to the effect; each key is pressed as soon as it
counts. To speak takes {spoken:.1f} s. The rest is what cannot be cut: prompts that keys do not stop, messages that are
waited for, and pauses after a key that begins a longer one.
"""
HEARD = """
## Seconds of prompts, for somebody who lets all of them finish

At the first call, in the shipped voices; messages and greetings themselves are left out. `meridian` and `callpilot` are
shorter here because they read no menu unless they are asked to; `plain` does so from the seventh call on.
"""


async def measure(phones: int) -> list[task_calls.Done]:
    """Do all tasks live. Raises SystemExit where this machine has no Asterisk."""
    installation = find_asterisk()
    if installation is None:
        raise SystemExit(f"no Asterisk to measure: {reason_for_absence()}")
    telephones = task_calls.TELEPHONES[:phones]
    server = AsteriskServer(installation, telephones=telephones)
    try:
        await server.start()
        return await task_calls.do_all(server, [each for name in personalities() for each in doings(name)], telephones)
    finally:
        await server.stop()
        server.remove()


async def hear_out() -> list[stand_in.Done]:
    """Do all tasks on the stand-in, hearing every prompt to its end."""
    done = []
    for name in personalities():
        with tempfile.TemporaryDirectory(prefix="vmq-tasks-") as folder:
            done += await stand_in.do_all(doings(name), Path(folder))
    return done


def page(live: Live, heard: Heard) -> str:
    """The whole page."""
    parts = [
        HEAD,
        KEYS,
        table(lambda *of: str(live[of].keys)),
        *longer(live),
        SECONDS.format(spoken=task_calls.SPOKEN_S),
        table(lambda *of: f"{live[of].seconds:.1f}"),
        HEARD,
        table(lambda *of: f"{heard[of].heard_s:.1f}"),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def table(cell: Callable[[str, str], str]) -> str:
    """One row a task, one column a personality."""
    names = personalities()
    has = {name: {doing.task.id for doing in doings(name)} for name in names}
    rows = [f"| task | {' | '.join(names)} |", f"|--|{'--|' * len(names)}"]
    for task in tasks().values():
        cells = [cell(name, task.id) if task.id in has[name] else "–" for name in names]
        rows.append(f"| {task.title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def longer(live: Live) -> Iterator[str]:
    """Where plain needs more keys than another."""
    others = [name for name in personalities() if name != "plain"]
    for task in tasks():
        own = live.get(("plain", task))
        fewer = [name for name in others if own and (name, task) in live and live[name, task].keys < own.keys]
        if fewer:
            yield f"`plain` is not the shortest here: {tasks()[task].title} ({', '.join(fewer)})."
    lacking = [tasks()[task].title for task in tasks() if ("plain", task) not in live]
    yield "If no line above says else, no other needs fewer keys than `plain`."
    if lacking:
        yield f"It has not: {'; '.join(lacking)}."


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--phones", type=int, default=8, help=f"telephones at once, up to {len(task_calls.TELEPHONES)}")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET}")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    live = {(each.doing.personality, each.doing.task.id): each for each in asyncio.run(measure(options.phones))}
    heard = {(each.doing.personality, each.doing.task.id): each for each in asyncio.run(hear_out())}
    text = page(live, heard)
    sys.stdout.write(text)
    wrong = {of: done.wrong for of, done in live.items() if done.wrong}
    wrong |= {of: done.wrong for of, done in heard.items() if done.wrong}
    for (name, task), what in wrong.items():
        print(f"FAIL {name} {task}: {what}", file=sys.stderr)
    print(f"{len(live) - len(wrong)} of {len(live)} tasks had their effect", file=sys.stderr)
    if options.write and not wrong:
        TARGET.write_text(text, encoding="utf-8")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
