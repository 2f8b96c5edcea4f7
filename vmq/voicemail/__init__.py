"""Voicemail: what its flows may ask and do, and the run of one call."""
