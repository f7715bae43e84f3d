"""Bytes that are to go: papers of weeded files until they have gone, large answers that were put by."""


def up(migrator: object, db) -> None:  # type: ignore[no-untyped-def] # peewee's runner passes its own untyped database
    db.execute_sql("CREATE TABLE paper_going (sha256 BLOB PRIMARY KEY) WITHOUT ROWID")
    db.execute_sql("CREATE TABLE answer (sha256 BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID")
