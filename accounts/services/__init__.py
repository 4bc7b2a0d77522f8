"""Give and end roles; write audit events."""
