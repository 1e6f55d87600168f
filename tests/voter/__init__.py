"""Voters: what they may sign, and that it is enough."""
