"""From files to blocks of lines, each with its identity and offsets; knows nothing of the network."""
