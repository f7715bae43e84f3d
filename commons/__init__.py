"""What both programs stand on and that touches the world: database, papers at rest, web frame, settings."""
