"""Hears what was said in recordings: recognisers, the process they work in, and the work on messages."""
