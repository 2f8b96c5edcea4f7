"""The simulator: what would happen in a call centre, decided by the same decide() on a virtual clock."""
