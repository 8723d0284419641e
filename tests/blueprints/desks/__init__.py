"""Tests of the desks: their inboxes, the complaint's page, its actions."""
