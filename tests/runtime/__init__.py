"""The launcher, the supervisor, the settings."""
