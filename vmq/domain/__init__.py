"""The pure core: what a queue, an agent, a caller, an offer and a mailbox are, and what is decided about them."""
