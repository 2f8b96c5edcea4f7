"""What every subject needs to carry a dialogue out on a line: the run of one call, and its language."""
