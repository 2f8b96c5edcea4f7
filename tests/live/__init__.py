"""Live tests: a real Asterisk, real SIP telephones, real audio, all on 127.0.0.1 and private to one test session."""
