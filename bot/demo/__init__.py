"""The whole loop on one machine: `bot demo` starts every part and either shows a page or plays the tour.

Called by `bot/cli.py`. Nothing heavy is imported here, because each child process passes by.
"""

from bot.demo.options import Options

__all__ = ["Options", "demo"]


async def demo(options: Options) -> int:
    """Run the demo until Ctrl-C, or the tour to its end. Returns the exit code."""
    from bot.demo.play import play

    return await play(options)
