"""What the user gets: areas, gaps, programmes, prices, and the files that hold them."""
