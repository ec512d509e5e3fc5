"""From the settings to the mail server that reports are handed in to."""

from typing import TYPE_CHECKING

from deploy.configuration import Configuration
from deploy.site.tls import read_password

if TYPE_CHECKING:
    from dashboard.reports.postbox import SmtpPostbox


def make_postbox(configuration: Configuration) -> "SmtpPostbox | None":
    """None where the settings name no mail server. Raises Problem when the password's file is not right."""
    mail = configuration.settings.mail
    if not mail.host:
        return None
    from dashboard.reports.postbox import Security, SmtpPostbox

    password = read_password(configuration.path(mail.password), "mail.password") if mail.password else ""
    return SmtpPostbox(mail.host, mail.port, Security(mail.security), mail.sender, mail.user, password)
