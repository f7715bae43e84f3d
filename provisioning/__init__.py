"""The technician's tools: authority, demo, browser assets, catalogues, and the one command."""
