"""Pages for course teams, in Studio; self-contained, since Studio has no template that plugins could extend."""
