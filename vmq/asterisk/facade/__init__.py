"""A manager interface that shows vmq's queues as app_queue's, for panels and wallboards written for that.

A client's other actions, and Asterisk's events, go through to a manager session of its own on the real Asterisk. Facts
of the protocol are from main/manager.c and apps/app_queue.c of Asterisk 22.
"""
