"""Who a reporter is: how that is sealed, and how it is found in a text. Pure; no database."""
