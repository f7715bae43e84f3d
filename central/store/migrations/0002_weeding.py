"""Weeding at the district: papers whose bytes are to go, kept until they have gone."""


def up(migrator: object, db) -> None:  # type: ignore[no-untyped-def] # peewee's runner passes its own untyped database
    db.execute_sql("CREATE TABLE paper_going (sha256 BLOB PRIMARY KEY) WITHOUT ROWID")
