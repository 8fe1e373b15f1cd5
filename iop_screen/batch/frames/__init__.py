"""Forms that lie in a frame or a table of another engine, scored there: our readers read each distinct text once."""
