"""Files made to break their reader: one line, exit 64, in the time and memory of an ordinary file."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TARGET = 'environment = "staging"\nbase_url = "http://127.0.0.1:9"\n'
DEEP = "[" * 100_000
MOST_CPU_S, MOST_MEMORY = 30, 3 << 30
BOMBS = {
    "deep-plan.toml": f"x = {DEEP}".encode(),
    "long-key.toml": f"a{'.a' * 200_000} = 1\n".encode(),
    "large-plan.toml": b"# " + b"x" * 3_000_000,
    "binary.toml": b"\xff\xfe\x00",
    "targets/deep.toml": f"{TARGET}queues = {DEEP}".encode(),
    "targets/large.toml": TARGET.encode() + b"# " + b"x" * 3_000_000,
    "field.csv": b'q1,q2\n"' + b"5" * 200_000 + b'",1\n',
    "large.csv": b"q1,q2\n" + b"5,5\n" * 1_000_000,
    "binary.csv": b"q1,q2\n\xff\xfe\x00,1\n",
    "deep.csv": DEEP.encode(),
}
ATTEST = (
    "attest",
    "phase2.team-feedback",
    "--by",
    "a",
    "--target",
    "real",
    "--new-release",
    "--release",
    "1",
    "--answers",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of this project, an honest target, and the bombs."""
    folder = tmp_path_factory.mktemp("bombs")
    for name in ("plan.toml", "docs/rollout-plan.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "targets").mkdir()
    (folder / "targets" / "real.toml").write_text(TARGET, encoding="utf-8")
    for name, content in BOMBS.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("doctor", "--plan", "deep-plan.toml"), "is not TOML: it is nested too deep", id="a deep plan"),
        pytest.param(("doctor", "--plan", "long-key.toml"), "is not TOML: it is nested too deep", id="a long key"),
        pytest.param(("doctor", "--plan", "large-plan.toml"), "has more than 2 MiB", id="a large plan"),
        pytest.param(("doctor", "--plan", "/dev/zero"), "/dev/zero: is no file", id="a plan without end"),
        pytest.param(("doctor", "--plan", "binary.toml"), "is not UTF-8", id="a binary plan"),
        pytest.param(
            ("doctor", "--target", "deep"), "deep.toml: is not TOML: it is nested too deep", id="a deep target"
        ),
        pytest.param(("doctor", "--target", "large"), "has more than 2 MiB", id="a large target"),
        pytest.param(("doctor", "--target", "../x"), "'../x' is no name", id="a target elsewhere"),
        pytest.param(("doctor", "--target", "/etc/x"), "'/etc/x' is no name", id="an absolute target"),
        pytest.param((*ATTEST, "field.csv"), "field.csv: is no CSV: ", id="a long field"),
        pytest.param((*ATTEST, "large.csv"), "large.csv: has more than 2 MiB", id="a large form"),
        pytest.param((*ATTEST, "binary.csv"), "binary.csv: is not UTF-8", id="a binary form"),
        pytest.param((*ATTEST, "deep.csv"), "has no answers", id="a form that is none"),
        pytest.param((*ATTEST, "/dev/zero"), "/dev/zero: is no file", id="a form without end"),
    ],
)
def test_a_bomb_is_refused_in_one_line(words: tuple[str, ...], complaint: str, project: Path) -> None:
    """
    It names the file and what is wrong with it.
    """
    command = [sys.executable, "-m", "rollout", *words]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert (done.returncode, done.stdout) == (64, ""), done.stderr
    assert done.stderr.startswith("rollout: ")
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr


def limited() -> None:
    """Little time of the processor, little memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
