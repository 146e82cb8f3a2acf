"""What comes after the first day: requests and replies, renewal, rotation, trust in services."""
