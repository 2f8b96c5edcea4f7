"""Tells the outside of messages: by mail, pager, webhook and command, from the outbox."""
