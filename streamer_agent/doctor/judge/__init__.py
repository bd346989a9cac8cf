"""What the facts mean: facts in, findings out. Nothing here looks at a file, a clock or the network."""
