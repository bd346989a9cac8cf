"""Hands out client access URLs that either watch or publish to one group of Web PubSub or its emulator."""
