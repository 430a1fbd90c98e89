"""What statements say, as equations; which series belong together."""
