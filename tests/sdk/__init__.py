"""Programs made with Microsoft's published packages, unmodified, and what the tests need to run them."""
