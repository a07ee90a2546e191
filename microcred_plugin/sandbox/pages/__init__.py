"""The sandbox's own pages: sign in, read a course, learn in a unit, author a block."""
