"""The answers of a real LMS and Studio, one part of the platform a file.

Whatever belongs to the platform (``lms``, ``cms``, ``openedx``, ``common``, ``xmodule``) is imported inside the
function that needs it: these modules are imported while settings load, and by tools on machines that have no platform.
Releases are told apart by what they have, never by their number. File names in docstrings are the platform's, of Teak.
"""
