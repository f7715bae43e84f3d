"""What the district server keeps: journals of all nodes, files and who holds them, delivery streams."""
