"""Moving over from app_queue: reads queues.conf, queuerules.conf and agents.conf, and writes vmq's configuration."""
