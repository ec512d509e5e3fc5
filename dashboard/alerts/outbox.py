"""The way out of the house, by mail, chat or push: apprise, which knows over a hundred services by their addresses.

It is kept to what is asked of it: no pictures fetched from elsewhere, no keys made, nothing on disk, no redirects to
another host, and not a word in the log, as its own words may hold what an address keeps secret.
"""

import logging

from dashboard.alerts.post import Send


class UnknownAddressError(Exception):
    """Apprise knows no such address. Says nothing of it, as it may hold a secret."""


def sender(address: str) -> Send:
    """Sends to an address as `mailto://…`, `ntfys://…` or `tgram://…`. Raises UnknownAddressError."""
    from apprise import Apprise, AppriseAsset, NotifyFormat
    from apprise.logger import LOGGER_NAME

    logging.getLogger(LOGGER_NAME).disabled = True
    asset = AppriseAsset(
        app_id="fjes",
        app_desc="fjes",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
        http_redirects=False,
        storage_mode="memory",
    )
    service = Apprise(asset=asset)
    if not service.add(address):
        raise UnknownAddressError

    def send(title: str, text: str) -> bool:
        return bool(service.notify(body=text, title=title, body_format=NotifyFormat.TEXT))

    return send
