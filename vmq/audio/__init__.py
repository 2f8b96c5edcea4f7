"""Recordings and prompt sets as files."""
