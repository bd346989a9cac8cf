"""The publish/subscribe servers whose fan-out is measured side by side, one module each."""
