"""Backups: one sealed file that holds the database, the files and what else cannot be made anew."""
