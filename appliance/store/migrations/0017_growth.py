"""What lists and figures ask for on every page, so that none of them costs more with every year of history.

SQLite takes a partial index only for a question that says its condition in the same words.
"""

from commons.database import Database

INDEXES = (
    "CREATE INDEX outbox_release ON outbox (seq) WHERE kind='release'",
    "CREATE INDEX movement_waiting ON movement (from_post) WHERE stage IN ('waiting','on_its_way')",
    "CREATE INDEX efile_newest ON efile (sort, arrived_hlc)",
    "CREATE INDEX efile_unread ON efile (post, arrived_hlc) WHERE unread=1",
    "CREATE INDEX efile_unsettled ON efile (post) WHERE standing NOT IN ('closed','filed','recorded','weeded')",
    "DROP INDEX efile_standing",
    "CREATE INDEX efile_out ON efile (due='', due, file) WHERE standing='out'",
    "CREATE INDEX efile_recorded ON efile (file) WHERE standing='recorded'",
    "DROP INDEX receipt_copy",
    "CREATE INDEX receipt_copied ON receipt (copy_of) WHERE copy_of<>''",
    "CREATE INDEX stay_arrivals ON stay (post, from_hlc)",
)


def up(migrator: object, db: Database) -> None:
    for statement in INDEXES:
        db.execute_sql(statement)
