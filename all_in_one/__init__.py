"""Emulator, negotiate service, viewer and streamer agent in one process on one port of loopback."""
