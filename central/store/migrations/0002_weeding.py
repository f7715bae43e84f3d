"""Bytes that are to go: papers of weeded files until they have gone, large answers that were put by."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("CREATE TABLE paper_going (sha256 BLOB PRIMARY KEY) WITHOUT ROWID")
    db.execute_sql("CREATE TABLE answer (sha256 BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID")
