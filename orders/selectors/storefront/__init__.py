"""Questions about selling in the storefront."""
