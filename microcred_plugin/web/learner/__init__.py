"""Pages for learners, in the LMS under the site's theme."""
