"""The tests of vmq, by kind: one folder each."""
