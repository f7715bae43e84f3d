"""The district's program: takes in what the offices did, rules on it and passes it on."""
