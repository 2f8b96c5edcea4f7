"""The same thirty tasks in every personality, as data; done on the stand-in here, on a real Asterisk in tests/live."""
