"""What goes wrong around vmq: each fault is one clear line, the right exit status or a retry, and nothing is lost."""
