"""On which Hindi layout a person types; "" until he has chosen."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE account ADD COLUMN keyboard TEXT NOT NULL DEFAULT ''")
