/** Marks the file as Plimsoll's (SQLite's application_id): "PLIM". */
export const applicationId = 0x504c494d;

/** Version of the tables (SQLite's user_version). A file of another version is refused. */
export const formatVersion = 1;

/** The tables. docs/formats/advisory-database.md explains them. */
export const tables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE advisory (id TEXT PRIMARY KEY, modified TEXT NOT NULL, origin TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE affected (
  ecosystem TEXT NOT NULL, package TEXT NOT NULL, id TEXT NOT NULL, modified TEXT NOT NULL, origin TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (ecosystem, package, id)
) WITHOUT ROWID;
CREATE TABLE withdrawn (id TEXT PRIMARY KEY, modified TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alias (alias TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (alias, id)) WITHOUT ROWID;
CREATE TABLE ecosystem (name TEXT PRIMARY KEY, advisories INTEGER NOT NULL, packages INTEGER NOT NULL, newest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE exploited (cve TEXT PRIMARY KEY, since TEXT NOT NULL, due TEXT, ransomware INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE epss (cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE support (product TEXT NOT NULL, cycle TEXT NOT NULL, ends TEXT, extended TEXT, PRIMARY KEY (product, cycle)) WITHOUT ROWID;
CREATE TABLE unsupported (
  ecosystem TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL, ended TEXT NOT NULL, PRIMARY KEY (ecosystem, package)
) WITHOUT ROWID;
`;

/** What advisories, whatever their order of arrival, come to: hashed in this order for the database's digest. */
export const contentQueries = [
  'SELECT id, modified, body FROM advisory ORDER BY id',
  'SELECT ecosystem, package, id, modified, body FROM affected ORDER BY ecosystem, package, id',
  'SELECT cve, since, due, ransomware FROM exploited ORDER BY cve',
  'SELECT cve, score, percentile FROM epss ORDER BY cve',
  'SELECT product, cycle, ends, extended FROM support ORDER BY product, cycle',
  'SELECT ecosystem, package, version, ended FROM unsupported ORDER BY ecosystem, package',
  "SELECT key, value FROM meta WHERE key LIKE 'date:%' ORDER BY key",
] as const;
