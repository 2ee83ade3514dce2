"""How it is shown: terminal, pages, numbers as Vietnamese readers write them."""
