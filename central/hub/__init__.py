"""The hub: takes journals in, rules on every hand-over, routes deliveries."""
