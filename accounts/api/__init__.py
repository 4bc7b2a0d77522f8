"""What every API of the house shares: scope and problem answers."""
