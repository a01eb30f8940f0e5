"""What `rollout doctor` finds when it looks at a backend."""

import pytest

from rollout.target.probe import looks
from tests.permissions import recorder
from tests.target.allowed import target_at
from xcodereviewer.probes import PROBES

DOCUMENT = next(probe for probe in PROBES if probe.name == "OpenAPI document")


def test_an_address_of_another_origin_in_the_document_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Before anything runs, with what to do about it; the address itself is not asked.
    """
    document = {**recorder.document(), "paths": {"http://127.0.0.2:4999/x": {"get": {}}}}
    monkeypatch.setattr(recorder, "document", lambda: document)
    with recorder.recording() as target:
        look = next(looks([DOCUMENT], target_at(target.url)))
    assert look.state == "failed"
    assert "names an address of another origin: http://127.0.0.2:4999/x" in look.said
    assert look.way_out.startswith("let the OpenAPI document name its operations by paths")
