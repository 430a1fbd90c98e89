"""The land block in plain NumPy, all sites of a quarter at once: the reference of the engine."""
