"""The block's scripts."""

from importlib import resources

from tests import node


@node.needed
def test_the_scripts_of_the_block_do_what_their_tests_say() -> None:
    public = resources.files("microcred_plugin.xblocks.microcredential").joinpath("public")
    node.run("block.test.mjs", MICROCRED_BLOCK_PUBLIC=str(public))
