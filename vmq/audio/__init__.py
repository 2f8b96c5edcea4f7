"""Recordings and prompt sets as files."""

import warnings

# pydub looks for ffmpeg when it is imported, and WAV doesn't need it.
warnings.filterwarnings("ignore", message="Couldn't find ff", category=RuntimeWarning)
