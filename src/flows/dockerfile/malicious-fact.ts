import type { AdvisoryDatabase } from '../../advisories/index.ts';
import type { LintFacts, MaliciousFact } from '../../dockerfile/index.ts';

/** The OSV schema's names for the ecosystems of purls whose names anyone can take. */
const ecosystems: Readonly<Record<string, string>> = {
  pypi: 'PyPI',
  npm: 'npm',
  gem: 'RubyGems',
  cargo: 'crates.io',
  golang: 'Go',
};

/**
 * What the advisories of a database say of packages that are themselves malicious (OSV, ids `MAL-…`). The file stays open as
 * long as the process.
 * @throws CodedError as opening the database does
 */
export async function maliciousFact(databasePath: string): Promise<NonNullable<LintFacts['malicious']>> {
  const { openAdvisoryDatabase } = await import('../../advisories/index.ts');
  const database = openAdvisoryDatabase(databasePath);
  return (ecosystem, name, version) => {
    const known = Object.hasOwn(ecosystems, ecosystem) ? ecosystems[ecosystem] : undefined;
    return known === undefined ? undefined : lookUp(database, { ecosystem: known, name, version });
  };
}

function lookUp(
  database: AdvisoryDatabase,
  {
    ecosystem,
    name,
    version,
  }: { readonly ecosystem: string; readonly name: string; readonly version: string | undefined },
): MaliciousFact | undefined {
  const row = database.affectedByName(ecosystem, name).find(
    ({ id, body }) =>
      id.startsWith('MAL-') &&
      // A version that is not one of those listed is spared; a range of a version is not told from another.
      (version === undefined ||
        !/^\d/.test(version) ||
        body.a.some(({ r, v = [] }) => r !== undefined || v.includes(version))),
  );
  return row === undefined ? undefined : { id: row.id };
}
