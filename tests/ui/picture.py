"""python -m tests.ui.picture FILE.svg: the README's picture, taken from the running app."""

import asyncio
import os
import sys
import time
from pathlib import Path

from tests.ui.running import console


async def _taken() -> str:
    async with console(size=(132, 36)) as (app, main, pilot, _):
        await pilot.press("slash", *"pid:4711", "enter")
        await pilot.pause(0.5)
        return app.export_screenshot(title="edr-tui")


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    Path(sys.argv[1]).write_text(asyncio.run(_taken()), encoding="utf-8")
