"""What breaks log tailers and publishers in the field, each as a test with the id of its case.

`python -m tests.nasty` runs them and says id by id what passes. `cases.tsv` holds the cases in short: T are those of
the tail, W those of the wire and the service. Tests that show one stand here or beside the code that it concerns.
"""
