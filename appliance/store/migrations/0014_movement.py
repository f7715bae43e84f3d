"""How a person likes his lists, and the day on which the summary was last put before him."""


def up(migrator: object, db) -> None:  # type: ignore[no-untyped-def] # peewee's runner passes its own untyped database
    db.execute_sql("ALTER TABLE account ADD COLUMN density TEXT NOT NULL DEFAULT 'normal'")
    db.execute_sql("ALTER TABLE account ADD COLUMN greeted TEXT NOT NULL DEFAULT ''")
