"""Drafts being written, letter heads of the offices, and e-mails that wait for a line: none is a view of the journal.

`writing` is a row of a post, changed as often as one likes; `draft` 0 until its first version, `base` the version that
it began from. `mail.epoch` is the node's when it was queued: after a restore nobody knows whether it was sent.
"""

from commons.database import Database

TABLES = """
CREATE TABLE writing (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, post TEXT NOT NULL, draft INTEGER NOT NULL,
  base INTEGER NOT NULL, text BLOB NOT NULL, version INTEGER NOT NULL, saved_ms INTEGER NOT NULL);
CREATE INDEX writing_file ON writing (file, post);
CREATE UNIQUE INDEX writing_draft ON writing (file, draft, post) WHERE draft>0;
CREATE TABLE letterhead (
  office TEXT NOT NULL, language TEXT NOT NULL, lines TEXT NOT NULL, address TEXT NOT NULL, telephone TEXT NOT NULL,
  email TEXT NOT NULL, set_by TEXT NOT NULL, set_ms INTEGER NOT NULL, PRIMARY KEY (office, language)) WITHOUT ROWID;
CREATE TABLE mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, draft INTEGER NOT NULL, number TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE, epoch BLOB NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL,
  words TEXT NOT NULL, papers BLOB NOT NULL, post TEXT NOT NULL, employee TEXT NOT NULL, charge INTEGER NOT NULL,
  state TEXT NOT NULL, said TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, asked_ms INTEGER NOT NULL,
  done_ms INTEGER NOT NULL DEFAULT 0, dispatched INTEGER NOT NULL DEFAULT 0);
CREATE INDEX mail_file ON mail (file, draft);
CREATE INDEX mail_open ON mail (state) WHERE state<>'sent' OR dispatched=0;
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
