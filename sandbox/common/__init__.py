"""What the sandbox servers share: how they start, and how their pages look."""
