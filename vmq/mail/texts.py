"""The texts of mail and pagers, from templates: an owner's folder first, then those beside this module.

A template of the owner's that can't be used is told of, and the shipped one taken: a mistake in it holds up no mail.
Templates are Jinja2 in its sandbox, and are read again when their file changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import structlog
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from vmq.domain.delivery import Notice
from vmq.mail.facts import facts_of
from vmq.mail.ports import Box, Facts, MailSettings

SUBJECT, BODY, HTML = "subject.txt", "body.txt", "body.html"
PAGER_SUBJECT, PAGER = "pager-subject.txt", "pager.txt"
TEMPLATES = (SUBJECT, BODY, HTML, PAGER_SUBJECT, PAGER)
_SHIPPED = Path(__file__).parent / "templates"

log = structlog.get_logger(__name__)


class Texts:
    """The texts of one folder of templates, or (None) the shipped ones."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        shipped = FileSystemLoader(_SHIPPED)
        self._shipped = _environment(shipped)
        self._own = _environment(ChoiceLoader([FileSystemLoader(folder), shipped])) if folder else self._shipped

    def render(self, name: str, facts: Facts) -> str:
        """A text by the name of its template."""
        try:
            return self._own.get_template(name).render(facts)
        except Exception as error:  # a template may raise whatever its expressions do
            log.error("template_unusable", template=self._place(name), error=_words(error), taken="the shipped one")
            return self._shipped.get_template(name).render(facts)

    def problems(self) -> Iterator[str]:
        """What is wrong with the templates, one line each: each is filled in once, with and without all that varies."""
        if self.folder is not None and not self.folder.is_dir():
            yield f"{self.folder}: is no folder; the shipped texts are used"
            return
        for name in TEMPLATES:
            try:
                for facts in _samples():
                    self._own.get_template(name).render(facts)
            except Exception as error:  # see render
                yield f"{self._place(name)}: {_words(error)}; the shipped text is used instead"

    def _place(self, name: str) -> str:
        return str(self.folder / name if self.folder else name)


@lru_cache(maxsize=4)
def texts_in(folder: Path | None) -> Texts:
    """The texts of a folder; made once, since to compile a template takes time."""
    return Texts(folder)


def _environment(loader: BaseLoader) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=loader,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _samples() -> Iterator[Facts]:
    settings = MailSettings()
    yield facts_of(Notice("0", "1001", 0.0, 5.0, "1001/0"), Box(), settings)
    full = Notice("0", "1001", 0.0, 5.0, "1001/0", "2002", "Ann", is_urgent=True)
    link, said = "https://pbx.example/", "Please call me back."
    yield facts_of(full, Box("Ben"), settings, link=link, is_attached=True, transcript=said)


def _words(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"line {error.lineno}: {error.message}"
    if isinstance(error, TemplateNotFound):
        return "can't be read"
    return str(error) or type(error).__name__
