"""Pages for people who read reports."""
