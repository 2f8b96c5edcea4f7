"""Reads a configuration file as Asterisk does (main/config.c): templates, inheritance, additions, includes.

In: a file. Out: its categories with their settings, each with the file and line it stands at, and what was wrong. For
some mistakes Asterisk refuses the whole file; here the rest is read on, so that all is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from vmq.importing.asterisk_lines import active_lines, strip

MAX_INCLUDES = 10
"""As deep as Asterisk follows them."""
MAX_FILES = 200
"""Files that include each other by patterns would be read for ever, in Asterisk too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One `key = value` or `key => value`; `is_inherited` when it stands in a template."""

    place: Place
    key: str
    value: str
    is_inherited: bool = False


@dataclass(slots=True)
class Category:
    """One `[name]`. A template is only there to be inherited from."""

    name: str
    place: Place
    is_template: bool = False
    settings: list[Setting] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line that Asterisk does not understand either, or that was not followed."""

    place: Place
    text: str
    why: str


@dataclass(slots=True)
class AsteriskConfig:
    """All categories in their order, and all troubles."""

    categories: list[Category] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def find(self, name: str) -> Category | None:
        """The first category of a name, templates too; upper and lower case are the same."""
        return next((each for each in self.categories if each.name.lower() == name.lower()), None)


def read_config(path: Path) -> AsteriskConfig:
    """The file and all it includes. Raises OSError when the file itself can't be read."""
    reader = _Reader(path.parent)
    reader.read(path)
    return reader.config


def parse_config(text: str, path: Path = Path("-")) -> AsteriskConfig:
    """A text as if it stood in this file."""
    reader = _Reader(path.parent)
    reader.take(text, path)
    return reader.config


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.config = AsteriskConfig()
        self._folder = folder
        self._current: Category | None = None
        self._depth = 0
        self._files = 0

    def read(self, path: Path) -> None:
        self._files += 1
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            text = data.decode("latin-1")
            line = data.count(b"\n", 0, error.start) + 1
            self._trouble(Place(path, line), "", "is not UTF-8: the file is read as Latin-1; look at its names")
        self.take(text, path)

    def take(self, text: str, path: Path) -> None:
        """Every line of a text. What an include opens is over with it: the category of before goes on."""
        category = self._current
        for line in active_lines(text):
            place = Place(path, line.number)
            if line.trouble:
                self._trouble(place, line.text, line.trouble)
            elif line.text.startswith("["):
                category = self._category(line.text, place) or category
            elif line.text.startswith("#"):
                self._directive(line.text, place)
            else:
                self._setting(line.text, place, category)

    def _trouble(self, place: Place, text: str, why: str) -> None:
        self.config.troubles.append(Trouble(place, text, why))

    def _category(self, line: str, place: Place) -> Category | None:
        """`[name]`, `[name](!)`, `[name](+)`, `[name](template,other)`."""
        name, closing, rest = line[1:].partition("]")
        if not closing:
            self._trouble(place, line, "has no closing ]; Asterisk refuses the whole file")
            return None
        new = Category(name, place)
        options = ""
        if rest.startswith("("):
            options, closing, _ = rest[1:].partition(")")
            if not closing:
                self._trouble(place, line, "has no closing ); Asterisk refuses the whole file")
                return None
        category = new
        for option in options.split(",") if options else ():
            category = self._option(category, option, line, place)
        if category is new:
            self.config.categories.append(new)
        self._current = category
        return category

    def _option(self, category: Category, option: str, line: str, place: Place) -> Category:
        if option == "!":
            category.is_template = True
        elif option.startswith("+"):
            if len(option) > 1:
                self._trouble(place, line, "a filter after + is not looked at: the first of this name is added to")
            known = self.config.find(category.name)
            if known is None:
                self._trouble(place, line, f"there is no [{category.name}] to add to; Asterisk refuses the whole file")
                return category
            known.settings += category.settings
            return known
        else:
            base = self.config.find(option)
            if base is None:
                self._trouble(place, line, f"there is no [{option}] to inherit from; Asterisk refuses the whole file")
            else:
                category.settings += [replace(setting, is_inherited=True) for setting in base.settings]
        return category

    def _setting(self, line: str, place: Place, category: Category | None) -> None:
        """`key = value`, `key => value`, `key += more`; a backslash before the key lets it begin with [ or #."""
        is_escaped = line.startswith("\\")
        text = line[1:] if is_escaped else line
        at = text.find("=", 1 if is_escaped else 0)
        if category is None:
            self._trouble(place, line, "stands in no [category]; Asterisk refuses the whole file")
        elif at < 0:
            self._trouble(place, line, "has no =; Asterisk leaves it out")
        elif at > 0 and text[at - 1] == "+":
            self._append(category, Setting(place, strip(text[: at - 1]), text[at + 1 :]))
        else:
            value = strip(text[at + 1 :].removeprefix(">"))
            key = strip(text[:at])
            if key:
                category.settings.append(Setting(place, key, value))
            else:
                self._trouble(place, line, "has no name before the =; Asterisk leaves it out")

    def _append(self, category: Category, setting: Setting) -> None:
        """To the last of its name; a new one when there is none."""
        for at in range(len(category.settings) - 1, -1, -1):
            old = category.settings[at]
            if old.key == setting.key:
                category.settings[at] = Setting(setting.place, old.key, (old.value + setting.value.rstrip()).lstrip())
                return
        category.settings.append(replace(setting, value=strip(setting.value)))

    def _directive(self, line: str, place: Place) -> None:
        """`#include file`, `#tryinclude file`; a file may be a pattern, and is looked for beside the first file."""
        word, _, rest = line[1:].partition(" ") if " " in line else line[1:].partition("\t")
        name = strip(rest)
        if word.lower() not in ("include", "tryinclude", "exec"):
            self._trouble(place, line, "is no directive that Asterisk knows; it leaves it out")
        elif not name:
            self._trouble(place, line, "names no file; Asterisk leaves it out")
        elif word.lower() == "exec":
            self._trouble(place, line, "is not run here: run it yourself, and import what it prints")
        else:
            if len(name) > 1 and (name[0], name[-1]) in (('"', '"'), ("<", ">")):
                name = name[1:-1]
            self._include(name, word.lower() == "include", line, place)

    def _include(self, name: str, is_needed: bool, line: str, place: Place) -> None:
        if self._depth >= MAX_INCLUDES:
            self._trouble(place, line, f"is included more than {MAX_INCLUDES} deep; Asterisk stops here too")
            return
        if self._files >= MAX_FILES:
            self._trouble(place, line, f"is not followed: {MAX_FILES} files are read; do they include each other?")
            return
        try:
            self._depth += 1
            found = list(_matching(self._folder, name))
            for path in found:
                self.read(path)
        except (OSError, ValueError) as error:
            self._trouble(place, line, f"can't be read ({getattr(error, 'strerror', None) or error})")
            return
        finally:
            self._depth -= 1
        if not found and is_needed:
            self._trouble(place, line, f"there is no file {name}; Asterisk refuses the whole file")


def _matching(folder: Path, name: str) -> Iterator[Path]:
    """The regular files a name stands for, in their order."""
    base = Path(name)
    root, pattern = (Path("/"), name.lstrip("/")) if base.is_absolute() else (folder, name)
    if not pattern:
        return
    for path in sorted(root.glob(pattern)) if any(sign in pattern for sign in "*?[") else [root / pattern]:
        if path.is_file():
            yield path
