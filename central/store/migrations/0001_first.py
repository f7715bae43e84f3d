"""The first tables of the hub."""

from commons.database import Database

TABLES = """
CREATE TABLE hub (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  node TEXT NOT NULL, life INTEGER NOT NULL, recovering INTEGER NOT NULL DEFAULT 0, hlc INTEGER NOT NULL DEFAULT 0,
  epoch BLOB NOT NULL, head_seq INTEGER NOT NULL DEFAULT 0, head_hash BLOB NOT NULL, alarm TEXT NOT NULL DEFAULT '');
CREATE TABLE node (
  code TEXT PRIMARY KEY, epoch BLOB, head_seq INTEGER NOT NULL DEFAULT 0, head_hash BLOB NOT NULL,
  stream_len INTEGER NOT NULL DEFAULT 0, offered INTEGER NOT NULL DEFAULT 0, offered_hash BLOB NOT NULL,
  cursor INTEGER NOT NULL DEFAULT 0, reported INTEGER, contact_ms INTEGER NOT NULL DEFAULT 0,
  clock_difference_ms INTEGER NOT NULL DEFAULT 0, carrier TEXT NOT NULL DEFAULT '', stopped INTEGER NOT NULL DEFAULT 0,
  directory INTEGER NOT NULL DEFAULT 0, health BLOB NOT NULL DEFAULT x'', trouble TEXT NOT NULL DEFAULT '',
  expected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE epoch (
  node TEXT NOT NULL, epoch BLOB NOT NULL, ordinal INTEGER NOT NULL, closed_seq INTEGER, closed_hash BLOB,
  PRIMARY KEY (node, epoch)) WITHOUT ROWID;
CREATE TABLE event (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL,
  pos INTEGER, header BLOB NOT NULL, body BLOB NOT NULL, h BLOB,
  PRIMARY KEY (node, epoch, seq)) WITHOUT ROWID;
CREATE INDEX event_subject ON event (subject, pos);
CREATE TABLE taken (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  statement BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (node, epoch, seq)) WITHOUT ROWID;
CREATE TABLE efile (
  file TEXT PRIMARY KEY, opener TEXT NOT NULL, life INTEGER NOT NULL, number INTEGER NOT NULL, holder TEXT NOT NULL,
  cause TEXT NOT NULL, cause_node TEXT NOT NULL, cause_life INTEGER NOT NULL, cause_number INTEGER NOT NULL,
  gpos INTEGER NOT NULL, pull_up TEXT NOT NULL, fresh INTEGER NOT NULL, log_len INTEGER NOT NULL,
  log_hash BLOB NOT NULL,
  file_number TEXT NOT NULL, title TEXT NOT NULL, post TEXT NOT NULL, since_hlc INTEGER NOT NULL, state BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX efile_holder ON efile (holder, since_hlc);
CREATE INDEX efile_number ON efile (file_number);
CREATE TABLE stream (
  node TEXT NOT NULL, n INTEGER NOT NULL, tag TEXT NOT NULL, file TEXT NOT NULL, item BLOB NOT NULL, hash BLOB,
  log_end INTEGER NOT NULL, PRIMARY KEY (node, n)) WITHOUT ROWID;
CREATE INDEX stream_file ON stream (file, node);
CREATE TABLE aside (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, e BLOB NOT NULL, subject TEXT NOT NULL,
  kind TEXT NOT NULL, reason TEXT NOT NULL, header BLOB NOT NULL, body BLOB NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (node, epoch, seq, e)) WITHOUT ROWID;
CREATE TABLE backlog (
  node TEXT NOT NULL, epoch BLOB NOT NULL, seq INTEGER NOT NULL, header BLOB NOT NULL, body BLOB NOT NULL,
  h BLOB NOT NULL,
  PRIMARY KEY (node, epoch, seq)) WITHOUT ROWID;
CREATE TABLE paper (
  sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, here INTEGER NOT NULL DEFAULT 0, at_ms INTEGER NOT NULL,
  node TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX paper_wanted ON paper (node, here);
CREATE TABLE paper_use (
  sha256 BLOB NOT NULL, file TEXT NOT NULL, PRIMARY KEY (sha256, file)) WITHOUT ROWID;
CREATE TABLE token (
  hash BLOB PRIMARY KEY, node TEXT NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE directory (
  version INTEGER PRIMARY KEY, signed BLOB NOT NULL);
CREATE TABLE account (
  employee TEXT PRIMARY KEY, password TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'hi') WITHOUT ROWID;
CREATE TABLE session (
  hash BLOB PRIMARY KEY, employee TEXT NOT NULL, post TEXT NOT NULL DEFAULT '', expires_ms INTEGER NOT NULL,
  csrf TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE throttle (
  source TEXT PRIMARY KEY, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
