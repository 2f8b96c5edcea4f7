"""Tests of the dialogue engine: no await, no Asterisk."""
