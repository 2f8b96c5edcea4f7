"""Order and time: one inbox, one consumer, timers that become events, the journal and the ports."""
