"""Blobs: the code, its checks, and what they leave to chance."""
