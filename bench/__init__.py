"""Measures the budgets of docs/reference/performance.md; run as ``python bench/run.py``."""
