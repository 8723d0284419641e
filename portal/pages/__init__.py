"""What pages say: words and choices made ready for a template, between the queries and the HTTP."""
