"""What breaks log tailers and publishers in the field, each as a test with the id of its case.

`python -m tests.nasty` runs them and says of every case how often it is met. `cases.tsv` holds the cases in short: T
are those of the tail, W those of the wire and the service, V those of the page, X those that no list named. Tests that
show one stand here or beside the code that it concerns.
"""
