"""A small display on the wall: waiting messages, queues and a clock, through LCDproc's LCDd."""
