"""Uplift (新增销售估计): declare a control, import a series, make and store an estimate."""
