"""Faults of moving data, and of the data's own shape."""

from standin.faults.model import Fault

IMPORT = ("import against the stored rows",)
EXPORT = ("export and import again",)
BACKUP = ("backup catalogue",)
RESTORE = ("a backup restored beside the database",)
SCHEMA = ("database revision and columns",)

DATA_FAULTS = (
    Fault("import-loses-rows", "Some imported issues are missing afterwards.", IMPORT, defaults={"share": 0.01}),
    Fault("import-stores-nothing", "The import reports success and nothing is there.", IMPORT),
    Fault("import-accepts-dangling-references", "A broken file is imported as if it were whole.", IMPORT),
    Fault("import-accepts-unknown-version", "A file of an unknown version is imported.", IMPORT),
    Fault("import-accepts-any-file", "A file that is none is imported with success.", IMPORT),
    Fault("validation-refuses-everything", "A good file is called broken.", IMPORT),
    Fault("export-download-broken", "The file of an export ends in an error page.", ("special flows",)),
    Fault("export-drops-unicode", "Names lose their accents and emoji.", EXPORT),
    Fault("export-loses-timezone", "Exported times have lost their zone.", EXPORT),
    Fault("migration-half-applied", "The database is one revision behind the program.", SCHEMA, "data"),
    Fault("migration-stopped", "A migration stopped before it had looked at every row.", SCHEMA, "data"),
    Fault("column-renamed", "A column that the program reads has another name.", SCHEMA, "data"),
    Fault("stale-backup", "The newest backup is days old.", BACKUP, "data"),
    Fault("empty-backup", "The newest backup has no contents.", BACKUP, "data"),
    Fault("backup-altered", "The newest backup is not the file that was written.", BACKUP, "data"),
    Fault("backup-cut-in-half", "The newest backup ends in the middle.", RESTORE, "data"),
    Fault(
        "backup-lacks-a-table", "The newest backup leaves a table out.", RESTORE, "data", defaults={"table": "reports"}
    ),
    Fault("backup-without-rows", "The newest backup has every table and no row.", RESTORE, "data"),
    Fault("queue-backed-up", "Tasks wait for minutes behind 150 others.", ("queue length",), "data"),
)
