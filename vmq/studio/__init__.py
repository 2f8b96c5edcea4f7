"""Recording prompts by telephone: an administrator hears a clip, records it anew, and lets callers hear it."""
