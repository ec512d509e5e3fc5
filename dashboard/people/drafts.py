"""What managers are writing for their terminals and have not published yet: one draft for each place."""

from msgspec import Struct

from dashboard.noted import noted
from dashboard.people.errors import RefusedChangeError
from dashboard.people.file import PeopleFile

_OTHERS = noted(
    "Somebody else has changed this meanwhile. Below is what you wrote; keeping it takes the place of theirs."
)


class Kept(Struct, frozen=True):
    """A draft as it lies in the file; `edition` grows each time that it is kept."""

    draft: str
    edition: int
    who: str


class Drafts:
    """The drafts in the file of people, each a text that others understand."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def all(self) -> dict[str, Kept]:
        """By place. Raises PeopleError."""
        rows = self._file.rows("SELECT place, draft, edition, who FROM drafts ORDER BY place")
        return {place: Kept(*rest) for place, *rest in rows}

    def find(self, place: str) -> Kept | None:
        """Raises PeopleError."""
        rows = self._file.rows("SELECT draft, edition, who FROM drafts WHERE place = ?", (place,))
        return Kept(*rows[0]) if rows else None

    def keep(self, place: str, draft: str, edition: int, *, by: str) -> Kept:
        """In place of the one of this edition, 0 where there was none.

        Raises RefusedChangeError where somebody else was quicker, and PeopleError.
        """
        with self._file.writing() as cursor:
            found = cursor.execute("SELECT edition FROM drafts WHERE place = ?", (place,)).fetchone()
            if (found[0] if found else 0) != edition:
                raise RefusedChangeError(_OTHERS)
            cursor.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?)", (place, draft, edition + 1, by))
        return Kept(draft, edition + 1, by)

    def drop(self, place: str) -> None:
        """Raises PeopleError."""
        with self._file.writing() as cursor:
            cursor.execute("DELETE FROM drafts WHERE place = ?", (place,))
