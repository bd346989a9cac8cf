"""One conformance suite for any Web PubSub service: raw frames and raw HTTP, every test with the id of its case.

`python -m tests.conformance` runs it and says id by id what passes. `cases.tsv` holds the cases: what is given, what
happens, what must follow, and how sure that is: stated by Microsoft's documents ("documented"), shown by Microsoft's
emulator ("documented (emu)"), needed by a published SDK ("from SDK source"), or a choice of ours ("inferred").
"""
