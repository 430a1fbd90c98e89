"""What would close the gap to a target, asked of a study."""
