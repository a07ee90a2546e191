"""Where the platform's own pages lead to ours: course tab, course tool, instructor dashboard. Loaded by name."""
