"""What somebody sends as a WAV file becomes a telephone's samples, and never much more of them than he sent."""

from __future__ import annotations

import io
import wave

import pytest

from vmq.audio.upload import telephone_sound
from vmq.errors import BrokenRecordingError


def wav_of(rate_hz: int, frames: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(b"\1\0" * frames)
    return made.getvalue()


def test_a_studio_s_rate_becomes_a_telephone_s() -> None:
    assert len(telephone_sound(wav_of(48000, 48000))) == 2 * 8000


@pytest.mark.parametrize("rate_hz", [1, 10, 3999])
def test_a_rate_that_is_no_sound_s_is_refused(rate_hz: int) -> None:
    with pytest.raises(BrokenRecordingError, match=f"{rate_hz} Hz"):
        telephone_sound(wav_of(rate_hz, 400))


def test_a_rate_of_nothing_is_refused() -> None:
    sent = bytearray(wav_of(8000, 400))
    sent[24:28] = bytes(4)
    with pytest.raises(BrokenRecordingError):
        telephone_sound(bytes(sent))
