"""What writes in this room: requests about one's data, and copies of it."""
