"""What all tests share: hypothesis' profiles, and the summary's last word: how many tests ran on a real Asterisk."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("usual", settings(deadline=None, stateful_step_count=80, max_examples=60))
settings.register_profile("nightly", settings(deadline=None, stateful_step_count=100, max_examples=1500))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    ran = sum(report.when == "call" and ("live", True) in report.user_properties for report in reports)
    terminalreporter.write_line(f"live tests that ran on a real Asterisk: {ran}")
