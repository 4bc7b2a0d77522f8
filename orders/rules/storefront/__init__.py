"""Rules of selling in the storefront: prices, freight, states. Pure."""
