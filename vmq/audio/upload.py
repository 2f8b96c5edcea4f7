"""A WAV file that somebody sent: any rate, width and number of channels → the samples that telephones are played."""

from __future__ import annotations

from io import BytesIO

from pydub import AudioSegment
from pydub.exceptions import CouldntDecodeError

from vmq.audio.parts import RATE
from vmq.errors import BrokenRecordingError

MIN_RATE_HZ = 4000
"""Less is no speech. A file that claims ten samples a second would become a thousand times its size here."""


def telephone_sound(data: bytes) -> bytes:
    """8 kHz, 16 bit, mono. Raises BrokenRecordingError for what is no WAV file, or holds no sound."""
    try:
        sound = AudioSegment.from_file(BytesIO(data), format="wav")
    except (CouldntDecodeError, ValueError, IndexError, EOFError, OSError):
        raise BrokenRecordingError("this is no WAV file of plain samples (PCM); convert it first") from None
    if sound.frame_rate < MIN_RATE_HZ:
        raise BrokenRecordingError(f"this WAV file has {sound.frame_rate} Hz; record it with {RATE} at least")
    samples = bytes(sound.set_channels(1).set_frame_rate(RATE).set_sample_width(2).raw_data)
    if not samples:
        raise BrokenRecordingError("this WAV file holds no sound")
    return samples
