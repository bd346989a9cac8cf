"""Microsoft's published service SDKs, unmodified, against the emulator in a process of its own."""
