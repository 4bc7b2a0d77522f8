"""`make bench`: every job beside its reference, in the same run (docs/performance.md)."""
