"""The heavy inner parts of scoring as machine code; the extra `fast` has what they need."""
