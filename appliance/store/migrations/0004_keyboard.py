"""On which Hindi layout a person types; "" until he has chosen."""


def up(migrator: object, db) -> None:  # type: ignore[no-untyped-def] # peewee's runner passes its own untyped database
    db.execute_sql("ALTER TABLE account ADD COLUMN keyboard TEXT NOT NULL DEFAULT ''")
