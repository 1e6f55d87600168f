"""What makes the environment, the lock file and the website; nothing here is installed."""
