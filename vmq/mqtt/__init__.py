"""Tells an MQTT broker of lamps, messages and queues."""
