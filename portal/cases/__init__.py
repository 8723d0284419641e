"""What one can do to a complaint and to the office's settings; no web here."""
