"""REDCap: its data dictionary, and the exports that it explains."""
