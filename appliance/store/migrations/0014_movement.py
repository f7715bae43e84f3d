"""How a person likes his lists, and the day on which the summary was last put before him."""

from commons.database import Database


def up(migrator: object, db: Database) -> None:
    db.execute_sql("ALTER TABLE account ADD COLUMN density TEXT NOT NULL DEFAULT 'normal'")
    db.execute_sql("ALTER TABLE account ADD COLUMN greeted TEXT NOT NULL DEFAULT ''")
