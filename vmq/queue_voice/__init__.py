"""What queues say: to waiting callers, to callers after a call, and to agents. Each is a flow of a personality."""
