"""Papers whose upload has begun: which upload, since when; gone when the paper is here or nobody speaks of it."""

from commons.database import Database

STATEMENTS = (
    """CREATE TABLE arriving (
  sha256 BLOB PRIMARY KEY, node TEXT NOT NULL, upload TEXT NOT NULL, began_ms INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TRIGGER arriving_done AFTER UPDATE OF here ON paper WHEN new.here=1 BEGIN
  DELETE FROM arriving WHERE sha256=new.sha256; END""",
    "CREATE TRIGGER arriving_over AFTER DELETE ON paper BEGIN DELETE FROM arriving WHERE sha256=old.sha256; END",
    "CREATE INDEX paper_missing ON paper (node, size) WHERE here=0",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
