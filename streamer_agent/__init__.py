"""The streamer agent: tails files and publishes their lines into a group."""
