"""What may stand in a scenario: single values, priors, steps of a path."""
