"""A first profile for a file that no profile knows: what its header and its values say, and every doubt about it."""
