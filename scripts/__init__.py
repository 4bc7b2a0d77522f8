"""The project's own tooling, run from the Makefile."""
