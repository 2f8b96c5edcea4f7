"""Tools for those who write packs: outlines, diagrams, reference cards, beginnings, installing."""
