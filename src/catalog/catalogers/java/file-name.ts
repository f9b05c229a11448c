/** What an archive's file name says: `log4j-core-2.14.1.jar` → artifact `log4j-core`, version `2.14.1`. */
export interface NamedByFile {
  readonly artifact: string;
  /** Absent where the name holds none. */
  readonly version?: string;
}

/** Parts after a version's number that belong to it; anything else behind it is a classifier (`linux-x86_64`, `sources`). */
const qualifier =
  /^(?:alpha|beta|m|rc|cr|ga|final|release|snapshot|sp|sr|jre|android|incubating|b|v|r|p|u|redhat|jbossorg|jdk|java|ea|pre|preview|build|patch|hotfix|security|milestone|jenkins|atlassian|cdh|hdp)[.\d]*$/i;

/**
 * Splits the name of an archive as Maven composes it: `artifact-version[-classifier].jar`. Names and versions may hold
 * hyphens and digits both (`log4j-1.2-api-2.14.1`), so the first hyphen wins behind which nothing but a version, and
 * perhaps a classifier, follows.
 */
export function namedByFile(fileName: string): NamedByFile {
  const dot = fileName.lastIndexOf('.');
  const stem = dot <= 0 ? fileName : fileName.slice(0, dot);
  if (stem.length > 300) return { artifact: stem };
  const tokens = stem.split('-');
  for (let i = 1; i < tokens.length; i++) {
    if (!startsWithDigit(tokens[i]!)) continue;
    let end = i + 1;
    while (end < tokens.length && (startsWithDigit(tokens[end]!) || qualifier.test(tokens[end]!))) end++;
    if (tokens.slice(end).some(startsWithDigit)) continue;
    return { artifact: tokens.slice(0, i).join('-'), version: tokens.slice(i, end).join('-') };
  }
  return { artifact: stem };
}

/** The group that a local Maven repository's or Gradle cache's folders name for an archive at a path. */
export function groupByPath(path: string): string | undefined {
  const parts = path.split('/');
  const gradle = parts.lastIndexOf('files-2.1');
  if (gradle >= 0 && parts.length === gradle + 6) return parts[gradle + 1];
  const root = Math.max(parts.lastIndexOf('repository'), parts.lastIndexOf('maven-repo'));
  const [artifact, version, file] = parts.slice(-3);
  if (root < 0 || parts.length < root + 5 || !file!.startsWith(`${artifact}-${version}`)) return undefined;
  return parts.slice(root + 1, -3).join('.');
}

function startsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 48 && code <= 57;
}
