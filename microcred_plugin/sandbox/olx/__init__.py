"""Reads a course export in OLX, the XML format of Open edX: a folder or a ``tar.gz`` of one.

``reader.read_course(path)`` is the way in; ``archive`` opens, ``xml`` parses, ``values`` understands attributes.
"""
