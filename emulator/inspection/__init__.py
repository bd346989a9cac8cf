"""What happens in the emulator, told to people who debug: a trace, the state of all connections, and a page of both.

The shells tell an `Observer` what happens, at a few points; it puts records into the `Trace`, which is bounded.
`endpoint` answers requests for them under /_emulator/. Nothing here changes what the emulator does.
"""
