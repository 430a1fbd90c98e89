"""Layer 2: the most likely series, how sure they are, and how well they foretell prints."""
