"""What a voice flow is, whatever its subject: packs, their checks, their machines and the session of one call."""
