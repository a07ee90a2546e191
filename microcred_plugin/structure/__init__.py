"""The flattened, versioned outline of a course: which leaves are under which block, and by which rule."""
