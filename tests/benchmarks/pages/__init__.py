"""Pages that show a log file live, measured in one Chromium: Tailcast's beside those of frontail and tailon."""
