"""Every shipped personality, by the same checks that a pack's author runs."""
