"""The addresses below ``/api/microcredentials/v1/studio/``, which Studio serves: everything that course teams do."""
