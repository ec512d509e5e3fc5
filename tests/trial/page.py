"""The operators' page as the trial reads it: the commands under each heading, in their order."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "deploy" / "README.md"
BY_HAND = ("git clone", "git pull", "cd ", "sudo nano", "sudo scp", "sudo mkfs", "sudo systemctl reboot", "sudo make")
"""Lines that need somebody, another machine or a disk, and what is done once in its own way."""


def commands(heading: str) -> list[str]:
    """All lines of commands under a heading of the page, but for those under its sub-headings."""
    text = PAGE.read_text(encoding="utf-8")
    sections = re.split(r"^#+ ", text, flags=re.MULTILINE)
    [section] = [part for part in sections if part.startswith(f"{heading}\n")]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if not line.startswith(BY_HAND)]


def in_table(heading: str) -> list[str]:
    """The commands of fjes that stand in the tables under a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return re.findall(r"`(sudo fjes [^`]+)`", "\n".join(rows))
