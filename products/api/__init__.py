"""The catalogue over HTTP: what the storefront shows, to anyone."""
