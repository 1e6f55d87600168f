"""Voters of the spec on a simulated network: who hears what, when, and who lies."""
