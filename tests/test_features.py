"""docs/features.md says what the tests say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import features


def test_the_table_of_features_is_up_to_date() -> None:
    assert features.DOCUMENT.read_text(encoding="utf-8") == features.document(), "run `python -m tests.features`"


def test_a_mark_at_no_test_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("# feature 1, 2\n\n\nX = 1\n")
    with pytest.raises(ValueError, match="at no test"):
        list(features.shown_by(file, "contract"))
