"""vmq: a call-queue engine and voicemail service for Asterisk."""

__version__ = "0.1.0"
