"""Lots: some thousands of records in their order, read, judged and written together."""
