"""The figures of a desk, counted in the index alone.

A commit of one thread empties the page caches of all others, and every page of a sealed file that is read again is
unsealed again: a figure that reads each subject's own row cost more than the page that shows it.
"""

from commons.database import Database

STATEMENTS = (
    "DROP INDEX efile_desk",
    "CREATE INDEX efile_desk ON efile (post, phase, standing, arrived_hlc, sort, due, unread)",
)


def up(migrator: object, db: Database) -> None:
    for statement in STATEMENTS:
        db.execute_sql(statement)
