"""The office's program: its desks, its papers, its store and its line to the district."""
