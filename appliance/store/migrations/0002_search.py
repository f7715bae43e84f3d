"""Search: a view of the journal and of what was read in papers; the latter is kept, since reading it again takes hours.

`doc` has a row for each event that has words, `found` their folded text (not the text itself), `doc_cover` and
`chain_post`
who may find them. A paper that is here stands in `paper_reading` from the moment that it is, by the triggers.
"""

from commons.database import Database

TABLES = """
CREATE TABLE doc (
  id INTEGER PRIMARY KEY, event TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL,
  hlc INTEGER NOT NULL, post TEXT NOT NULL, paper BLOB);
CREATE INDEX doc_subject ON doc (subject);
CREATE INDEX doc_paper ON doc (paper) WHERE paper IS NOT NULL;
CREATE VIRTUAL TABLE found USING fts5 (
  number, sender, body, marks, content='', contentless_delete=1,
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'");
CREATE TRIGGER doc_gone AFTER DELETE ON doc BEGIN DELETE FROM found WHERE rowid=old.id; END;
CREATE TABLE doc_cover (
  subject TEXT PRIMARY KEY, number TEXT NOT NULL, title TEXT NOT NULL, grading TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chain_post (subject TEXT NOT NULL, post TEXT NOT NULL, PRIMARY KEY (subject, post)) WITHOUT ROWID;
CREATE TABLE paper_text (
  sha256 BLOB NOT NULL, page INTEGER NOT NULL, text TEXT NOT NULL, how TEXT NOT NULL,
  PRIMARY KEY (sha256, page)) WITHOUT ROWID;
CREATE TABLE paper_reading (
  sha256 BLOB PRIMARY KEY, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX paper_wanted ON paper_reading (tries) WHERE state='wanted';
CREATE TRIGGER blob_came AFTER UPDATE OF here ON blob WHEN new.here=1 AND old.here=0
  BEGIN INSERT INTO paper_reading (sha256, state) VALUES (new.sha256, 'wanted')
  ON CONFLICT (sha256) DO UPDATE SET state='wanted', tries=0 WHERE state='failed'; END;
CREATE TRIGGER blob_made AFTER INSERT ON blob WHEN new.here=1
  BEGIN INSERT INTO paper_reading (sha256, state) VALUES (new.sha256, 'wanted')
  ON CONFLICT (sha256) DO UPDATE SET state='wanted', tries=0 WHERE state='failed'; END;
INSERT INTO paper_reading (sha256, state) SELECT sha256, 'wanted' FROM blob WHERE here=1;
CREATE TABLE search_state (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL);
INSERT INTO search_state (id, version) VALUES (1, 0)
"""


def up(migrator: object, db: Database) -> None:
    for statement in TABLES.replace("; END;\n", "; END\0").replace(";\n", "\0").split("\0"):
        if statement.strip():
            db.execute_sql(statement)
