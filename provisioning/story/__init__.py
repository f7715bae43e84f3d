"""The story of one file, played over HTTP by made-up people, told in plain words, every statement checked."""
