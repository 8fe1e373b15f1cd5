"""JSON and lines of JSON as sources of forms."""
