"""Which learners must be judged again, and the set-based readers of what is known about them."""
