"""The office's own list of file heads, and forms that have opened a file: neither is a function of the journal."""

from commons.database import Database

TABLES = """
CREATE TABLE head (
  office TEXT NOT NULL, path TEXT NOT NULL, name_hi TEXT NOT NULL, name_en TEXT NOT NULL,
  closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (office, path)) WITHOUT ROWID;
CREATE TABLE opened_form (
  token TEXT NOT NULL, post TEXT NOT NULL, file TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (token, post)) WITHOUT ROWID;
CREATE INDEX efile_number_any_case ON efile (file_number COLLATE NOCASE);
CREATE INDEX efile_standing ON efile (standing, due) WHERE standing IN ('out', 'recorded');
CREATE INDEX cover_part ON cover (part_of) WHERE part_of<>'';
CREATE INDEX cover_volume ON cover (volume_of) WHERE volume_of<>'';
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
