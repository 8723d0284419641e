"""The SOP as rules: standard library and `holidays` only; no web, no database."""
