"""A pack for the toy vocabulary that uses everything the language has: to be spoilt, walked and played at random."""

from __future__ import annotations

from pathlib import Path

from tests.unit.dialogue.packs import write_toy

MANIFEST = """schema = 1
id = "toy"
language = "en"
entry.main = "main"
setting.level = { type = "text", default = "full", values = ["full", "brief"], meaning = "how much" }
setting.wait_s = { type = "seconds", default = 4, min = 1, max = 9, meaning = "how long" }
fact.mark_s = { type = "number", meaning = "a place" }
fact.picked = { type = "digits", meaning = "who" }
"""
COMMON = """[defaults]
timeout_s = "setting.wait_s"
gave_up = { ends = "left" }
failed = "sorry"
results.top = { ends = "top" }
[keys]
"*7" = { name = "top", ends = "top" }
"*" = { name = "back", back = "sorry", hidden = true }
[keyset.tape]
"1" = { name = "back_up", seek = "rewind", by_s = 5, immediate = true, to = "listen" }
"11" = { name = "begin", seek = "restart", to = "listen" }
"3" = { name = "on", seek = "forward" }
"33" = { name = "end", seek = "end" }
"4" = [{ name = "slow", when = { speed = { min = 1 } }, seek = "normal_speed" }, { name = "fast", seek = "faster" }]
"""
FLOW = """start = "count"
[state.count]
kind = "act"
do = "fetch"
next = [{ when = { count = { min = 1, max = 3 } }, to = "menu" }, { to = "menu" }]
[state.menu]
kind = "menu"
cue = "menu"
keys."1" = { name = "who", to = "who" }
keys."2" = { name = "listen", restart = true, to = "listen" }
keys."3" = { name = "drop", do = "drop", with = { code = { fact = "picked" } }, say = "said", to = "menu" }
keys."4" = { name = "undo", when = "can_undo", undo = "step", to = "menu" }
keys."5" = { name = "undo_all", when = ["can_undo", "not is_open"], undo = "visit", to = "menu" }
keys."6" = { name = "less", set = { "setting.level" = "brief" }, to = "menu" }
keys."7" = { name = "paint", do = "paint", with = { color = "red" }, to = "scan" }
keys."8" = { name = "tape", to = "tape" }
no_key = [{ when = { no_keys = 1 }, say = "said" }, {}]
[state.who]
kind = "menu"
cue = "who"
pick = { from = "people", into = "picked", name = "person", to = "asked" }
keys."*" = false
[state.asked]
kind = "call"
flow = "ask"
with = { whose = { fact = "picked" }, hue = "blue" }
results.left = "menu"
results.done = [{ when = { code = "1" }, to = "tape" }, { to = "menu" }]
next = "sorry"
[state.scan]
kind = "act"
do = "next"
next = { say = "said", to = "scan" }
failed = "menu"
[state.tape]
kind = "record"
cue = "said"
into = "tape"
min_s = 1
max_s = 30
keys."0" = { name = "out", to = "menu" }
next = "listen"
limit = "more"
hung_up = "gone_now"
[state.more]
kind = "record"
into = "tape"
at = "position"
max_s = 60
stop = ["#", "1"]
next = "listen"
hung_up = "gone_now"
[state.gone_now]
kind = "choose"
next = [{ when = "is_recorded", to = "keep" }, { to = "gone" }]
[state.keep]
kind = "act"
do = "keep"
next = "gone"
failed = "gone"
[state.listen]
kind = "menu"
cue = "tape"
use = "tape"
tries = 2
barge_in = true
interdigit_s = 1
keys."5" = { name = "go_on", to = "more" }
keys."9" = { name = "mark", set = { mark_s = { fact = "position_s" } }, to = "listen" }
hung_up = "gone_now"
[state.sorry]
kind = "say"
cue = "said"
next = "over"
[state.over]
kind = "end"
exit = "o"
"""
ASK = """start = "ask"
[takes]
whose = { type = "digits", meaning = "whose" }
hue = { type = "text", values = ["red", "blue"], meaning = "which" }
[state.ask]
kind = "ask"
cue = "ask"
into = "code"
max_digits = 4
low = 0
high = 99
end_key = "#"
keys."##" = { name = "switch", set = { hue = "red" }, to = "paint" }
keys."0" = { name = "help", anywhere = true, say = "said", to = "ask" }
next = "secret"
[state.secret]
kind = "ask"
into = "pin"
next = { ends = "done" }
[state.paint]
kind = "act"
do = "paint"
with = { color = { fact = "hue" } }
next = "ask"
[state.sorry]
kind = "end"
"""
CUES = """[cue.menu]
by = "setting.level"
for.brief = ["x"]
say = [
  { number = "count" }, { plural = "count", one = "x", other = "x" }, { choices = ["who", "listen"] }, { key = "top" },
]
[cue.choice]
say = [{ label = "*" }, { key = "*" }]
[cue.who]
say = [{ items = "people" }, { by = "color", for = { red = ["x"] }, say = [{ silence = 0.5 }] }]
[cue.item]
say = [{ key = "*" }, { item = "name" }, { item = "digits" }]
[cue.said]
say = [
  { when = "has_some", say = [{ ordinal = "count" }] }, { tone = "beep" }, { time = "seen_at" }, { date = "seen_at" },
]
[cue.tape]
one_of = [
  { when = { mark_s = { min = 1 } }, say = [{ recording = "tape", from = "mark_s" }] },
  { say = [{ recording = "tape", resume = true }, { duration = "recorded_s" }] },
]
[cue.ask]
say = [
  { digits = "whose" }, { clip = "x", speaks = { "0" = "help" } },
  { one_of = [{ when = "is_open", say = ["x"] }, { say = [] }] },
]
[label]
who = ["x"]
listen = ["x"]
[text]
x = "X"
[card]
who = "Who"
"main.menu" = "The menu"
"""
TESTS = """[[call]]
name = "whoever calls"
entry = "main"
settings = { level = "brief" }
facts = { people = [{ value = "1", digits = "1" }] }
answers = { fetch = [{ count = 2 }, { failed = true }] }
script = [
  { hears = "x" }, { presses = "1" }, { presses = "1" }, { enters = "7" }, { hangs_up = true }, { ends = "gone" },
]
"""


def write_full(folder: Path) -> Path:
    """The pack."""
    pack = write_toy(folder, FLOW, CUES, MANIFEST, ask=ASK)
    (pack / "common.toml").write_text(COMMON, encoding="utf-8")
    (pack / "tests").mkdir()
    (pack / "tests" / "main.toml").write_text(TESTS, encoding="utf-8")
    return pack
