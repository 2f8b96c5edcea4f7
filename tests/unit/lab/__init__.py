"""The stand-in PBX: its parts one by one."""
