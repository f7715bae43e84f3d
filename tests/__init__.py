"""Tests: the tree below mirrors the tree of the packages."""
