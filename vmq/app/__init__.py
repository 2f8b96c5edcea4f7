"""Builds everything from the configuration: with vmq.cli the only room that imports every layer."""
