"""What learners have earned, once each, with its history."""
