"""XBlocks; installed as ``microcred_plugin.xblocks`` and loaded by entry point, never imported by our code."""
