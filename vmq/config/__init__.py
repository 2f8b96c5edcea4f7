"""One typed configuration, read from TOML and the environment."""
