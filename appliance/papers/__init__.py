"""What the office prints: values in, PDF out. No database, no screen."""
