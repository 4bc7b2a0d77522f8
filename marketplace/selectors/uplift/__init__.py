"""Uplift (新增销售估计): what an estimate reads, what it says, and the one that stands."""
