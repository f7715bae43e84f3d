"""Bytes that nobody of ours would send, by the thousand, to everything that reads what comes from outside."""
