"""The file that `rollout target new` writes tells the form and the unit of every setting."""

import re
import tomllib
from pathlib import Path

import pytest

from rollout.target import Target
from rollout.target.loading import named_target
from rollout.target.secret_fields import secret_fields
from rollout.target.template import template
from xcodereviewer.target import XcrTarget

GIVEN = {"environment": "production", "base_url": "https://api.example"}
VALUE = re.compile(r"^# (?=\[\w+\]$|(?:\w+|\"[^\"]+\") = )", re.MULTILINE)


@pytest.mark.parametrize("model", [Target, XcrTarget], ids=["any service", "this suite"])
def test_every_line_that_is_commented_out_can_be_read_as_it_stands(tmp_path: Path, model: type[Target]) -> None:
    """
    Its value is the default or an example of the right form; only the file of an authority is not on every machine.
    """
    text = VALUE.sub("", template(model, GIVEN)).replace("/etc/ssl/own-ca.pem", __file__)
    (tmp_path / "whole.toml").write_text(text, encoding="utf-8")
    found = named_target(model, "whole", tmp_path)
    assert set(tomllib.loads(text)) == model.model_fields.keys() - secret_fields(model) - {"name"}
    kept = ("ready_path", "metrics_ignore")
    assert [getattr(found, name) for name in kept] == [model.model_fields[name].default for name in kept]


@pytest.mark.parametrize(
    "line",
    [
        '# where the frontend answers (a URL)\n# frontend_url = "https://host.example"\n',
        '(a duration such as "48h", in s, min, h, d or w)\n# hsts_min_age = "180d"\n',
        "# a certificate that ends in fewer days is not accepted (a whole number)\n# certificate_min_days = 21\n",
        "(a list out of load, write, fuzz, rate-limit, drill, rollback, probe)\n# allow = [",
        '(one of staging, production)\nenvironment = "production"\n',
        '# [dns]\n# "host.example" = ["192.0.2.10"]\n',
        "# min_bytes = 1000  # a backup of fewer bytes is not accepted (a whole number)\n",
        '# kind = "github"  # which host serves the repository (one of github, gitlab)\n',
    ],
)
def test_a_comment_tells_form_and_unit(line: str) -> None:
    """
    A URL, a list, a duration with its unit, one of a few words, a table.
    """
    assert line in template(XcrTarget, GIVEN)
