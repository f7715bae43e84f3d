"""Signatures by certificates of persons: making them (CAdES), and saying years later what each is worth."""
