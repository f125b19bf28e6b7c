"""The browser without a screen."""
