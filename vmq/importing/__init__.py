"""Moving over from app_queue and app_voicemail: reads their files, and writes vmq's configuration."""
