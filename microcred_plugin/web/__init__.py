"""REST API and pages; all thought is behind the api module."""
