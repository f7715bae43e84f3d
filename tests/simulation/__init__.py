"""Offices and a hub in one process, on a bad line, with the production code: whatever happens, the invariants hold."""
