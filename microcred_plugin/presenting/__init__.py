"""Says in a learner's words what the block in courseware and the pages show; no request, no database."""
