"""Who may do what: users and their roles, how they come in, what they may, and what is written down of it."""
