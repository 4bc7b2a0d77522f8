"""The interface for other systems that report orders."""
