"""What one can ask of the store; no web here, nothing is written."""
