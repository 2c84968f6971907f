import pytest

from stranger_lock import client


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the page's second before the next try."""
    monkeypatch.setattr(client, "_FIRST_PAUSE", 0.1)
