"""Results of a plan: the ledger, the tables that are read off it, their audit, and how they are written."""
