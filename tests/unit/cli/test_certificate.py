import re
from pathlib import Path

import pytest

from cenote.base.settings import SettingError, load
from cenote.cli.server import require_certificate


def _refused(certificate: Path, key: Path) -> str:
    settings = load({"CENOTE_TLS_CERTIFICATE": str(certificate), "CENOTE_TLS_KEY": str(key)}, None)
    with pytest.raises(SettingError) as caught:
        require_certificate(settings)
    return str(caught.value)


def test_without_tls_there_is_nothing_to_refuse() -> None:
    settings = load({}, None)

    require_certificate(settings)

    assert settings.tls_certificate is None


def test_a_file_that_is_not_there_is_told_with_its_setting(tmp_path: Path) -> None:
    present = tmp_path / "present.pem"
    present.touch()

    assert _refused(tmp_path / "no.pem", present).startswith(f"CENOTE_TLS_CERTIFICATE: {tmp_path / 'no.pem'} is not")
    assert _refused(present, tmp_path / "no.pem").startswith(f"CENOTE_TLS_KEY: {tmp_path / 'no.pem'} is not")


def test_a_file_that_is_no_certificate_is_told_with_its_setting(tmp_path: Path) -> None:
    words = tmp_path / "words.pem"
    words.write_text("no certificate")

    assert re.fullmatch(r"CENOTE_TLS_CERTIFICATE: it and CENOTE_TLS_KEY cannot be used \(.+\)", _refused(words, words))
