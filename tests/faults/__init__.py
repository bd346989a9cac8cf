"""Faults over real sockets: set by HTTP as any language would, seen by raw clients."""
