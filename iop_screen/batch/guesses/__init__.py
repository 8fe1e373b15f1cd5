"""What a file of forms most likely means. A guess is shown to a person, and nothing is scored by it unconfirmed."""
