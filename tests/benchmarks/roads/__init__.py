"""The ways from a file to WebSocket clients that are measured side by side, one module each."""
