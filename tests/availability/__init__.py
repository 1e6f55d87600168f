"""The availability network: what its quorums leave to chance."""
