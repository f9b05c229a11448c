import type { LintFacts } from '../../dockerfile/index.ts';

/** The OSV schema's names for the ecosystems of purls whose names anyone can take, and how their versions are ordered. */
const ecosystems: Readonly<Record<string, { readonly name: string; readonly scheme: string }>> = {
  pypi: { name: 'PyPI', scheme: 'pep440' },
  npm: { name: 'npm', scheme: 'semver' },
  gem: { name: 'RubyGems', scheme: 'gem' },
  cargo: { name: 'crates.io', scheme: 'semver' },
  golang: { name: 'Go', scheme: 'go' },
};

/**
 * What the advisories of a database say of packages that are themselves malicious (OSV, ids `MAL-…`). The file stays open as
 * long as the process.
 * @throws CodedError as opening the database does
 */
export async function maliciousFact(databasePath: string): Promise<NonNullable<LintFacts['malicious']>> {
  const [{ affects, openAdvisoryDatabase }, { schemeNamed }] = await Promise.all([
    import('../../advisories/index.ts'),
    import('../../versions/index.ts'),
  ]);
  const database = openAdvisoryDatabase(databasePath);
  return (purlType, name, version) => {
    const ecosystem = Object.hasOwn(ecosystems, purlType) ? ecosystems[purlType] : undefined;
    if (ecosystem === undefined) return undefined;
    const scheme = schemeNamed(ecosystem.scheme);
    // What is no version but a range, a tag or nothing may come to one of those listed.
    const exact = version !== undefined && scheme?.isValid(version) === true ? version : undefined;
    const row = database
      .affectedByName(ecosystem.name, name)
      .find(
        ({ id, body }) =>
          id.startsWith('MAL-') &&
          (exact === undefined || body.a.some((entry) => affects(entry, exact, scheme!.compare.bind(scheme)))),
      );
    return row === undefined ? undefined : { id: row.id };
  };
}
