"""Markdown to Python: read, check, order, lower, load, export. Knows nothing of Axivon."""
