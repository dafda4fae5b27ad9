"""Capacity: what to order in which year, with whose money, under which futures."""
