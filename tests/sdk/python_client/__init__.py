"""Programs with Microsoft's client SDK for Python."""
