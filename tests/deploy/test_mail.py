"""The mail server that the settings name, and one sentence where they are not right."""

from pathlib import Path

import pytest

from dashboard.reports.postbox import Security, SmtpPostbox
from deploy.configuration import read_settings
from deploy.errors import Problem
from deploy.mail import make_postbox

WHOLE = """\
[mail]
host = "mail.example.org"
user = "fjes"
password = "mail-password"
sender = "fjes@example.org"
"""


def written(directory: Path, text: str) -> Path:
    file = directory / "fjes.toml"
    file.write_text(text)
    return file


def test_none_is_named_by_default(tmp_path: Path) -> None:
    assert make_postbox(read_settings(written(tmp_path, ""))) is None


def test_what_is_named(tmp_path: Path) -> None:
    password = tmp_path / "mail-password"
    password.write_text("tiger\n")
    password.chmod(0o600)
    made = make_postbox(read_settings(written(tmp_path, WHOLE)))
    assert made == SmtpPostbox("mail.example.org", 587, Security.STARTTLS, "fjes@example.org", "fjes", "tiger")
    password.chmod(0o644)
    with pytest.raises(Problem, match=r"mail.password .*: everybody on this machine can read it"):
        make_postbox(read_settings(written(tmp_path, WHOLE)))
    password.unlink()
    with pytest.raises(Problem, match=r"mail.password .*: No such file or directory"):
        make_postbox(read_settings(written(tmp_path, WHOLE)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('host = "mail.example.org"', "sender '' is no e-mail address"),
        (
            'host = "mail.example.org"\nsender = "a@b.example"\nsecurity = "none"',
            "security is 'none', but host 'mail.example.org' is another machine",
        ),
        ('user = "fjes"', "to sign on takes both user and password"),
        ('security = "hope"', "mail.security = 'hope'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Problem, match=said.replace("'", ".")):
        read_settings(written(tmp_path, f"[mail]\n{text}\n"))
