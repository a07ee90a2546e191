"""The badge, drawn as SVG: pure functions from a design and progress to a picture."""
