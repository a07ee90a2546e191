"""A one-machine stand-in for the platform, fed by OLX exports; it answers compat.port."""
