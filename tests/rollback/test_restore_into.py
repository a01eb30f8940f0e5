"""`rollout rollback --restore-into NEW` on a real PostgreSQL: a new database, checked, and the live one as it was."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from rollout.drill.content import Content, content_of, defects
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import connected, in_database
from rollout.evidence import Run
from rollout.evidence.records import RollbackBegun, RollbackStep
from tests.cli.project import TARGET, Project
from tests.drill.live_database import catalogued, changed, entered, scratch_databases
from tests.rollback.kubernetes_api import Cluster
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
RESTORE = Path(__file__).with_name("restore.toml")
NEW = "live_restored"
DATA = ("rollback", "stage", "--procedure", "data")
INTO = (*DATA, "--restore-into", NEW)
CONFIRMED = (*INTO, "--confirm", TARGET)
RESUMED = (*DATA, "--resume", "--confirm", TARGET)
IN_PROGRESS = ("begins", "is under way", "ends")
STEPS = ("find the backup", "restore the backup", "read the live database", "check the backup")
POINTS = [pytest.param(step, where, marks=pytest.mark.slow) for step in STEPS for where in ("begins", "ends")]
POINTS += [pytest.param(step, "is under way") for step in STEPS]
APPLICATION = """
import os, http.server, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE written_at_the_start ()")
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ready"}')
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""


@pytest.fixture(autouse=True)
def backups(
    project: Project, drill: RestoreDrill, running: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder with a backup of the live database and its catalogue, both known to the target."""
    with psycopg.connect(running["postgres_admin_dsn"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NEW} WITH (FORCE)")
    project.plan.write_text(f"{project.plan.read_text(encoding='utf-8')}{RESTORE.read_text(encoding='utf-8')}")
    folder = tmp_path / "backups"
    folder.mkdir()
    catalogued(drill, folder)
    file = project.root / "targets" / f"{TARGET}.toml"
    catalogue = f'\n[backups]\ncatalogue = "{folder / "catalogue.json"}"\n'
    text = f'postgres_programs = "{drill.programs}"\n{file.read_text(encoding="utf-8")}{catalogue}'
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("XCR_POSTGRES_DSN", drill.live.get_secret_value())
    monkeypatch.setenv("XCR_DRILL_DSN", drill.scratch.get_secret_value())
    return folder


@pytest.fixture(autouse=True)
def live(drill: RestoreDrill, backups: Path) -> Content:
    """The content of the live database, which has lost rows since its backup."""
    changed(drill.live, "DELETE FROM book WHERE id > 100")
    return content(drill, "live")


def content(drill: RestoreDrill, name: str) -> Content:
    """The content of a database."""
    with connected(in_database(drill.scratch, name)) as connection:
        return content_of(connection)


def databases(drill: RestoreDrill) -> dict[str, str | None]:
    """The databases of the server, each with its comment."""
    with psycopg.connect(drill.scratch.get_secret_value()) as connection:
        return dict(connection.execute("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"))


def runs(project: Project) -> list[Run]:
    """The rollbacks of the phase, oldest first."""
    return list(project.ledger("stage").runs)


def states(run: Run) -> list[tuple[str, str]]:
    """Each step with its state, as the journal has them."""
    return [(each.step, each.state) for each in run.of(RollbackStep)]


def set_in_target(project: Project, line: str) -> None:
    """Add a setting to the target's file."""
    file = project.root / "targets" / f"{TARGET}.toml"
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")


def printed(said: str, about: str) -> list[str]:
    """The words of the printed command that follows *about*."""
    return shlex.split(next(line for line in said.splitlines() if line.startswith(about)).removeprefix(about))


def test_a_backup_comes_back_beside_the_live_database(
    project: Project, drill: RestoreDrill, live: Content, cluster: Cluster
) -> None:
    """
    Whole, checked, marked and written down; nothing else is left, and the live database is as it was.
    """
    said = project.run(*CONFIRMED)
    assert (said.code, said.err) == (0, "")
    assert (
        "restore held: backup live.dump of 1.0 h ago was restored, 553 rows; no application was tried on it" in said.out
    )
    assert content(drill, NEW).rows == 553
    assert defects(live, content(drill, "live"), lambda table: "", {}) == []
    assert scratch_databases(drill) == []
    (run,) = runs(project)
    assert states(run) == [("restore", "begun"), ("restore", "held"), ("step-2", "told")]
    begun, step = next(run.of(RollbackBegun)), next(run.of(RollbackStep))
    assert databases(drill)[NEW] == f"rollout rollback {begun.mark}: checked, from live.dump"
    assert (begun.database, begun.backup, step.command[1:7]) == (
        *(NEW, "live.dump"),
        ("--jobs", "2", "--exit-on-error", "--no-subscriptions", "--dbname", NEW),
    )
    assert cluster.named()["patch"] == 0


def test_the_switch_is_printed_works_and_leads_back(project: Project, drill: RestoreDrill) -> None:
    """
    Two databases change their names in one transaction; none of the lines holds a secret.
    """
    said = project.run(*CONFIRMED).out
    env = {
        **os.environ,
        "PGPASSWORD": str(psycopg.conninfo.conninfo_to_dict(drill.scratch.get_secret_value()).get("password", "")),
    }
    env["PGUSER"] = "postgres"
    assert content(drill, "live").rows == 153
    subprocess.run(printed(said, "- by name: "), env=env, check=True, timeout=60)
    assert content(drill, "live").rows == 553
    subprocess.run(printed(said, "- and back: "), env=env, check=True, timeout=60)
    assert (content(drill, "live").rows, content(drill, NEW).rows) == (153, 553)
    words = printed(said, "- by address, with the role and the password of the application: ")
    assert words[3:6] == ["set", "env", "deployment/xcodereviewer-backend"]
    assert words[6].startswith("DATABASE_URL=postgresql://<ROLE>:<PASSWORD>@")
    assert words[6].endswith(f"/{NEW}")


def test_a_dry_run_makes_nothing(project: Project, drill: RestoreDrill) -> None:
    """
    It tells the command, what it would make, and the switch.
    """
    before = databases(drill)
    said = project.run(*INTO, "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert re.search(
        rf"pg_restore'? --jobs 2 --exit-on-error --no-subscriptions --dbname {NEW} ", said.out
    )  # quoted where its path has a space
    assert f"- changes database {NEW} is made from template0 on " in said.out
    assert "- changes nothing of live, the live database" in said.out
    assert (
        "- before: no database has that name; after, within 5 min: the new database is whole; may be sent again\n"
        in said.out
    )
    assert "- by name: psql " in said.out
    assert databases(drill) == before
    assert not project.folder("stage").exists()


def test_a_dry_run_without_a_name_prints_no_command_that_restores(project: Project) -> None:
    """
    That of the plan goes over the live database, which is never done.
    """
    said = project.run(*DATA, "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert "1. restore: no command: nothing is restored without --restore-into NEW, and never by `" in said.out


def test_without_a_name_the_step_is_left_out(project: Project, drill: RestoreDrill) -> None:
    """
    Its condition is a loss of data: only people know that.
    """
    before = databases(drill)
    said = project.run(*DATA, "--confirm", TARGET)
    assert (said.code, said.err) == (0, "")
    assert "restore left out: carried out only where it is asked for: --restore-into NEW" in said.out
    assert databases(drill) == before


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((*DATA, "--restore-into", "live", "--confirm", TARGET), "'live' is the live database"),
        ((*DATA, "--restore-into", "postgres", "--confirm", TARGET), "database 'postgres' is there already on "),
        ((*DATA, "--restore-into", "rollout_drill_a", "--confirm", TARGET), "is removed by the next drill"),
        ((*DATA, "--restore-into", "a b", "--confirm", TARGET), "'a b' is no name for a database"),
        (INTO, "nothing was sent: type the name of the target out: --confirm staging"),
        ((*DATA, "--with", "restore", "--confirm", TARGET), "--with restore: --restore-into NEW includes that step"),
        (
            (*CONFIRMED, "--with", "restore"),
            "--with restore: --restore-into NEW includes that step; leave the option out",
        ),
        ((*INTO, "--confirm", "production"), "'production' is not the name of the target"),
        ((*CONFIRMED, "--backup", "live.dmp"), "no backup 'live.dmp'; did you mean 'live.dump'?"),
        ((*DATA, "--confirm", TARGET, "--backup", "live.dump"), "add --restore-into NEW"),
        ((*CONFIRMED, "--resume"), "--resume: no rollback was begun here"),
    ],
)
def test_a_choice_that_does_not_fit_makes_nothing(
    project: Project, drill: RestoreDrill, cluster: Cluster, words: tuple[str, ...], complaint: str
) -> None:
    """
    One line and exit 64, before anything is sent.
    """
    before = databases(drill)
    said = project.run(*words)
    assert (said.code, complaint in said.err) == (64, True), said.err
    assert databases(drill) == before
    assert cluster.named()["patch"] == 0
    assert not project.folder("stage").exists()


def test_without_the_permission_nothing_is_made(project: Project, drill: RestoreDrill) -> None:
    """
    A dry run needs none.
    """
    file = project.root / "targets" / f"{TARGET}.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(', "rollback"]', "]"), encoding="utf-8")
    before = databases(drill)
    said = project.run(*CONFIRMED)
    assert (said.code, "needs permission rollback" in said.err) == (64, True)
    assert databases(drill) == before
    assert project.run(*INTO, "--dry-run").code == 0


def test_a_backup_that_was_cut_stops_and_leaves_nothing(
    project: Project, drill: RestoreDrill, backups: Path, live: Content
) -> None:
    """
    The state and the next safe command are told; another backup of the catalogue goes into the same name.
    """
    catalogue = backups / "catalogue.json"
    good = json.loads(catalogue.read_text(encoding="utf-8"))
    (backups / "live.dump").rename(backups / "older.dump")
    catalogued(drill, backups, cut=True, hours_ago=0.5)
    cut = json.loads(catalogue.read_text(encoding="utf-8"))
    catalogue.write_text(json.dumps([cut, {**good, "file": "older.dump"}]), encoding="utf-8")
    said = project.run(*CONFIRMED)
    assert said.code == 10
    assert "stopped at restore: live.dump could not be restored: " in said.out
    assert f"database {NEW} is not there; nothing was written to live" in said.out
    assert (
        f"go on: rollout rollback stage --target staging --procedure data {project.plan_option} --resume\n" in said.out
    )
    assert f"--procedure data {project.plan_option} --restore-into OTHER --backup FILE\n" in said.out
    assert states(runs(project)[-1]) == [("restore", "begun"), ("restore", "failed")]
    assert NEW not in databases(drill)
    assert project.run(*CONFIRMED, "--backup", "older.dump").code == 0
    assert content(drill, NEW).rows == 553
    assert defects(live, content(drill, "live"), lambda table: "", {}) == []


UNFIT: dict[str, tuple[Callable[[str], str], str]] = {
    "cut": (lambda text: text[: len(text) // 2], "backup.sql was cut short"),
    "connect": (lambda text: text + "\\connect postgres\n", r"holds a command of psql in line \d+ \(\\connect\)"),
    "restrict": (lambda text: f"\\restrict a\n{text}", r"psql 16\.1 cannot read \\restrict"),
}


@pytest.mark.parametrize("sent", [("--confirm", TARGET), ("--dry-run",)], ids=["for real", "as a dry run"])
@pytest.mark.parametrize("kind", UNFIT)
def test_plain_sql_that_cannot_be_loaded_is_told_before_anything_is_sent(
    project: Project,
    drill: RestoreDrill,
    backups: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    sent: tuple[str, ...],
) -> None:
    """
    In one line with the way out, and a dry run tells every other step all the same.
    """
    edit, complaint = UNFIT[kind]
    catalogued(drill, backups, kind="plain")
    file = backups / "backup.sql"
    file.write_text(edit(file.read_text(encoding="utf-8")), encoding="utf-8")
    entered(file)
    monkeypatch.setattr("rollout.drill.plain_sql.release", lambda path: (16, 1 if kind == "restrict" else 99))
    said = project.run(*INTO, *sent)
    assert (said.code, said.err) == (10, "")
    (line,) = [each for each in said.out.splitlines() if each.startswith("not begun, nothing was sent: ")]
    assert re.search(complaint, line)
    assert line.endswith("another one: --backup FILE; without --restore-into the other steps are carried out")
    assert ("2. step-2: Notify users" in said.out) == ("--dry-run" in sent)
    assert not project.folder("stage").exists()


def test_a_backup_whose_file_is_gone_is_a_choice_that_does_not_fit(project: Project, backups: Path) -> None:
    """
    The catalogue lists it still: one line and exit 64.
    """
    (backups / "live.dump").unlink()
    said = project.run(*CONFIRMED)
    assert (said.code, "--backup: live.dump stands in the catalogue, and there is no " in said.err) == (64, True)


@pytest.mark.parametrize("sent", [("--confirm", TARGET), ("--dry-run",)], ids=["for real", "as a dry run"])
def test_a_backup_that_is_a_pipe_is_not_waited_for(project: Project, backups: Path, sent: tuple[str, ...]) -> None:
    """
    It is no backup: that is told before anything is sent.
    """
    (backups / "live.dump").unlink()
    os.mkfifo(backups / "live.dump")
    said = project.run(*INTO, *sent)
    assert (said.code, said.err) == (10, "")
    assert "nothing was sent: live.dump stands in the catalogue of backups, and it is no regular file" in said.out


def test_a_backup_that_is_not_what_was_written_is_not_restored(
    project: Project, drill: RestoreDrill, backups: Path
) -> None:
    """
    Its SHA-256 is compared before a database is made.
    """
    with (backups / "live.dump").open("ab") as file:
        file.write(b"x")
    said = project.run(*CONFIRMED)
    assert (said.code, "live.dump is not what was written" in said.out) == (10, True)
    assert NEW not in databases(drill)


def test_a_backup_that_lacks_a_table_is_no_way_back(project: Project, drill: RestoreDrill, backups: Path) -> None:
    """
    What was restored stays to be looked at, and no switch to it is printed after the stop.
    """
    catalogued(drill, backups, options=("--exclude-table=bare",))
    said = project.run(*CONFIRMED)
    assert said.code == 10
    assert "backup live.dump is not whole: table is missing: public.bare" in said.out
    stopped = said.out.partition("stopped at restore: ")[2]
    assert f"database {NEW} is restored and stays; --resume checks it again" in stopped
    assert "by name" not in stopped
    assert NEW in databases(drill)


def killed(project: Project, point: str) -> int:
    """The exit code of a restore that is killed at a *point*."""
    words = [*CONFIRMED, "--target", TARGET, "--plan", str(project.plan_file())]
    done = subprocess.run(
        [sys.executable, "-m", "tests.rollback.killed_restore", point, *words],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize(("step", "where"), POINTS)
def test_a_killed_restore_is_gone_on_with(
    project: Project, drill: RestoreDrill, live: Content, step: str, where: str
) -> None:
    """
    Wherever the kill came: the end is the same, nothing else is left, and the live database is as it was.
    """
    assert killed(project, f"{step} {where}") == -signal.SIGKILL
    said = project.run(*RESUMED)
    assert (said.code, said.err) == (0, "")
    assert content(drill, NEW).rows == 553
    assert defects(live, content(drill, "live"), lambda table: "", {}) == []
    assert scratch_databases(drill) == []
    first, second = runs(project)
    assert (first.state, second.state) == ("torn", "complete")
    old, new = next(first.of(RollbackBegun)), next(second.of(RollbackBegun))
    assert (new.mark, new.sha256, new.resumes) == (old.mark, old.sha256, first.run_id)
    again = project.run(*RESUMED)
    assert (again.code, "the last rollback came to its end" in again.err) == (64, True)


def test_a_database_that_somebody_else_made_meanwhile_is_not_dropped(project: Project, drill: RestoreDrill) -> None:
    """
    The name is no reason, only the mark is.
    """
    assert killed(project, "restore the backup is under way") == -signal.SIGKILL
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NEW} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NEW}")
    said = project.run(*RESUMED)
    assert (said.code, f"database '{NEW}' is there already" in said.err) == (64, True)
    assert databases(drill)[NEW] is None


def test_the_application_is_tried_on_a_copy_of_the_copy(project: Project, drill: RestoreDrill, tmp_path: Path) -> None:
    """
    What it writes when it starts is not in the database that it would be switched to.
    """
    program = tmp_path / "backend"
    program.write_text(APPLICATION, encoding="utf-8")
    set_in_target(project, f'drill_application = ["{sys.executable}", "{program}"]')
    said = project.run(*CONFIRMED)
    assert (said.code, "; the application was ready on a copy of it after " in said.out) == (0, True), said.out
    assert not [table for table in content(drill, NEW).tables if "written" in str(table)]
    assert scratch_databases(drill) == []


def test_an_application_that_does_not_start_stops_and_what_was_restored_is_only_checked_again(
    project: Project, drill: RestoreDrill, tmp_path: Path
) -> None:
    """
    A restore may take hours: it is not done twice.
    """
    program = tmp_path / "backend"
    program.write_text("raise SystemExit(3)", encoding="utf-8")
    set_in_target(project, f'drill_application = ["{sys.executable}", "{program}"]')
    said = project.run(*CONFIRMED)
    assert (said.code, "nor does it start on an empty database" in said.out) == (10, True), said.out
    assert f"database {NEW} is restored and stays; --resume checks it again" in said.out
    with psycopg.connect(drill.scratch.get_secret_value()) as connection:
        made = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (NEW,)).fetchone()
    program.write_text(APPLICATION, encoding="utf-8")
    assert project.run(*RESUMED).code == 0
    with psycopg.connect(drill.scratch.get_secret_value()) as connection:
        assert connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (NEW,)).fetchone() == made


def test_a_role_that_may_only_create_databases_restores_too(
    project: Project, drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Owners and grants are not restored then: the switch begins with the statements that give them.
    """
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS restorer")
        connection.execute("CREATE ROLE restorer LOGIN CREATEDB PASSWORD 'long and secret'")
    plain = make_conninfo(drill.scratch.get_secret_value(), user="restorer", password="long and secret")
    monkeypatch.setenv("XCR_DRILL_DSN", plain)
    said = project.run(*CONFIRMED)
    assert (said.code, said.err) == (0, "")
    assert printed(said.out, "- first: ")[-1] == f'--command=ALTER DATABASE "{NEW}" OWNER TO "postgres"'
    assert 'REASSIGN OWNED BY "restorer" TO "postgres"' in said.out
    assert "- by name: psql " in said.out
    assert content(drill, NEW).rows == 553
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NEW} WITH (FORCE)")
        connection.execute("DROP ROLE restorer")
