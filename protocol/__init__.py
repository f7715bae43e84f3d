"""What all nodes agree on: values and rules, bytes in and bytes out. Touches nothing outside itself."""
