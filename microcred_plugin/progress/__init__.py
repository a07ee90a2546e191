"""The latest verdict on each learner."""
