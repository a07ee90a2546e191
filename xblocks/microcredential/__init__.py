"""The ``microcredential`` XBlock; its class is in ``block.py`` so that its resources are found beside it."""
