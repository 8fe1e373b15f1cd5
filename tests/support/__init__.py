"""What several tests need: paths, questionnaires, strategies, models to compare with, and programs on terminals."""
