"""What the registers ask that no index answered: what is open, out on paper, due for review, hidden."""

from commons.database import Database

INDEXES = (
    "CREATE INDEX stay_open ON stay (post, from_hlc) WHERE to_hlc IS NULL",
    "CREATE INDEX stay_flow ON stay (kind, node, to_hlc, post, sort, from_hlc, opened_hlc)",
    "CREATE INDEX cover_out ON cover (out_hlc) WHERE out_hlc>0",
    "CREATE INDEX cover_review ON cover (review) WHERE review<>''",
    "CREATE INDEX efile_secret ON efile (file) WHERE grading='secret'",
)


def up(migrator: object, db: Database) -> None:
    for statement in INDEXES:
        db.execute_sql(statement)
