"""What has to be said aloud at a site, and where its recordings are kept."""

from collections.abc import Sequence
from pathlib import Path

from contract.errors import RefusedError
from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.voices.files import Shelf
from locales.catalogue import languages, untranslated
from locales.prompts import Prompt, Prompts
from locales.voices import Voices, shipped


class Scope:
    """The survey, the managers' messages and the recordings of one site. Raises Problem as the settings do."""

    def __init__(self, configuration: Configuration) -> None:
        self._survey = configuration.survey()
        self._site = configuration.settings.site
        self._own: Path | None = configuration.path(self._site.voices) if self._site.voices else None

    def languages(self, given: Sequence[str] = ()) -> tuple[str, ...]:
        """Those given, each once, or all of the site. Raises Problem for one that the terminal cannot show."""
        wanted = tuple(dict.fromkeys(given)) or self._site.languages
        for language in wanted:
            if language not in languages("kiosk"):
                raise Problem(f"language {language!r} is not known; expected some of {', '.join(languages('kiosk'))}")
        try:
            self._survey.require_languages(wanted)
        except RefusedError as error:
            raise Problem(str(error)) from error
        return wanted

    def speakable(self, language: str) -> str:
        """This language, as it is to be said aloud. Raises Problem as long as some texts are still in English."""
        [wanted] = self.languages([language])
        if lacks := self.untranslated(wanted):
            raise Problem(f"the catalogue of {wanted} does not say: {'; '.join(lacks)}; translate it first")
        return wanted

    def untranslated(self, language: str) -> tuple[str, ...]:
        """English texts that the catalogue does not say. Raises Problem when it is no catalogue."""
        try:
            return untranslated(language)
        except RefusedError as error:
            raise Problem(str(error)) from error

    def prompts(self, language: str) -> Prompts:
        """Raises Problem when there is no catalogue that can be read."""
        try:
            return Prompts(self._survey, language, self._site.messages)
        except RefusedError as error:
            raise Problem(str(error)) from error

    def named(self, language: str, names: Sequence[str]) -> list[Prompt]:
        """The prompts of these names, as asked for. Raises Problem for a name that there is not."""
        known = {prompt.name: prompt for prompt in self.prompts(language).all()}
        for name in names:
            if name not in known:
                raise Problem(f"no text is called {name!r}; there are {', '.join(known)}")
        return [known[name] for name in names]

    def voices(self) -> Voices:
        return Voices(self._own)

    def shelf(self, language: str) -> Shelf:
        """Where a new recording is kept: with the site's own when it has a directory for them, else with fjes's."""
        return Shelf(self._own / language if self._own else shipped(language))

    def directories(self, language: str) -> tuple[Path, ...]:
        """Where recordings of a language are looked for, the site's own first."""
        return (*([self._own / language] if self._own else []), shipped(language))
