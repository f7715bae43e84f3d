"""The demo district on one machine."""
