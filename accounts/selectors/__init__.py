"""Read who holds which role and what that lets them see."""
