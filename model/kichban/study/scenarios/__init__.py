"""Scenarios as people ask about them: listed, shown, explained, compared, begun, migrated."""
