# Safe to run again: Django knows what was migrated. Completion tracking was switched on by Tutor's own init.
./manage.py lms migrate microcred_plugin
# Say what is missing, with its remedy; findings do not stop the other plugins' init.
timeout 120 ./manage.py lms microcred doctor || echo "microcred: the doctor above is not content yet; see each remedy."
