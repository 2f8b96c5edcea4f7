"""A stand-in PBX that speaks real AMI and AGI, and a terminal telephone on it."""
