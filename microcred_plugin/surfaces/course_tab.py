"""The tab "Microcredentials" of a course (entry point ``openedx.course_tab``), shown where something can be earned."""

from microcred_plugin.compat.edxapp.tabs import enrolled_tab
from microcred_plugin.surfaces.offering import is_offered_in

#: Loaded by the platform alone: the class it must be derived from is the platform's.
MicrocredentialsTab = enrolled_tab(is_offered_in)
