"""Layer 1: what the printed digits alone allow."""
