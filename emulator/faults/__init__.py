"""Trouble on demand: what goes wrong, for whom and how often, so that a client's recovery can be tested."""
