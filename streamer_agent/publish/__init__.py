"""From blocks of lines to acknowledged messages; knows nothing of files."""
