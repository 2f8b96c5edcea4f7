"""What all tests share: hypothesis' profiles, which tests run at the same time, logging as it was before, and the
summary's last word: how many tests ran on a real Asterisk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.support.turns import Turns, be_polite

settings.register_profile("usual", settings(deadline=None, stateful_step_count=80, max_examples=60))
settings.register_profile("nightly", settings(deadline=None, stateful_step_count=100, max_examples=1500))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        be_polite(worker["workerid"], worker["workercount"])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Turns | None:
    """None: xdist's own, for other ways of dealing out than `--dist loadscope`."""
    return Turns(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A program that a test runs may set up logging: not for the tests after it."""
    yield
    structlog.reset_defaults()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    ran = sum(report.when == "call" and ("live", True) in report.user_properties for report in reports)
    terminalreporter.write_line(f"live tests that ran on a real Asterisk: {ran}")
