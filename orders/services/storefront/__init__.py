"""Selling in the storefront: placing, moving, paying, sending; the ledger hears of each sale."""
