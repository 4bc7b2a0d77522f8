"""A made-up May-Day export of 寻黔记 in Taobao's format, and the totals it must give.

Pure Python: no database, no clock, one seeded random source. Everything it makes is marked
模拟数据.
"""
