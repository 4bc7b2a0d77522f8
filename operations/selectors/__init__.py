"""Read jobs."""
