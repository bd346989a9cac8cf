"""The door for servers: the REST data plane under /api, and which of its operations are built."""
