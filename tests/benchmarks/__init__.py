"""What the parts cost, each beside the raw limit of the machine."""
