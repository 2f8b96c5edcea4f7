"""The summary's last word: how many tests ran on a real Asterisk."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    ran = sum(report.when == "call" and ("live", True) in report.user_properties for report in reports)
    terminalreporter.write_line(f"live tests that ran on a real Asterisk: {ran}")
