import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { defaultArchiveLimits } from './archive-budget.ts';
import { archiveSuffixes } from './archive-names.ts';
import { ArchiveReader } from './read-archive.ts';

/** Maven artifacts in Java archives: the archive itself, what is shaded into it, and archives nested in it. */
export const java: Cataloger = {
  name: 'java',
  version: 1,
  summary: 'Java archives (jar, war, ear …), nested and shaded ones too, by pom.properties, manifest and file name.',
  packages: [{ name: 'maven', purlType: 'maven', versionScheme: 'maven', ecosystem: 'Maven' }],
  claims: archiveSuffixes.map((suffix) => ({ suffix })),
  catalog(file: CatalogFile): CatalogResult {
    const reader = new ArchiveReader('java', file, defaultArchiveLimits);
    reader.read(file.content, []);
    return { items: reader.items, problems: reader.problems };
  },
};
