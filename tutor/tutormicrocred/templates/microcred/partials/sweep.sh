trap 'exit 0' TERM INT
while sleep {{ MICROCRED_SWEEP_SECONDS }} & wait; do
  ./manage.py lms microcred sweep || echo "microcred sweep failed; it is tried again." >&2
done
