"""What ``doctor`` looks at: each look answers one question about this installation, and reads only."""
