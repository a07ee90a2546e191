"""A load test with real workers, a real broker and a real database, all of which may die: ``make soak``."""
