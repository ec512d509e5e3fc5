"""What the collector's metrics tell of files that it has nothing to do with: backups and certificates."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from deploy.configuration import Configuration
from deploy.errors import Problem
from deploy.operating.doctor.machine import backup_age, certificate_days


def gauges(configuration: Configuration, now: datetime | None = None) -> Mapping[str, Mapping[str, float]]:
    """By name and label. What cannot be told is left out, so that an alarm for what is missing rings."""
    now = now or datetime.now(UTC)
    found: dict[str, Mapping[str, float]] = {}
    with suppress(Problem, OSError):
        age = backup_age(configuration.path(configuration.settings.collector.backups), now)
        found["backup_age_seconds"] = {"": age}
    with suppress(Problem, OSError):
        if days := certificate_days(configuration, now):
            found["certificate_days_left"] = days
    return found
