"""The only place that knows AMI and AGI."""
