"""From the settings to what the page needs to change what terminals show."""

from functools import partial

from collector.store.published import PublishedFile
from dashboard.surveys.desk import SIZES, Publishing
from deploy.configuration import Configuration
from deploy.surveys.preview import make_draw


def publishing_of(configuration: Configuration) -> Publishing:
    """Where it is published, and what terminals show where nothing was. Raises Problem where that survey is wrong."""
    settings = configuration.settings
    return Publishing(
        partial(PublishedFile.open, configuration.path(settings.collector.published)),
        configuration.survey(),
        settings.site.languages,
        settings.site.messages,
        make_draw(),
        settings.terminal.size or SIZES[0],
    )
