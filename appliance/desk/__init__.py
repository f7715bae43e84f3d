"""What a person can do at a desk, one verb a function."""
