import { CodedError } from '../../model/index.ts';

/** What the labels of an image say of where it comes from. */
export interface LabelFacts {
  readonly repository?: string;
  readonly commit?: string;
  readonly version?: string;
  /** RFC 3339 */
  readonly created: string;
  /** The first reference that it is built for. */
  readonly reference?: string;
  readonly branch?: string;
  readonly requestedBy?: string;
  readonly builder: string;
}

/** `all`, or only those that any builder would write alike. */
export type AuditLabels = 'all' | 'source';

const longest = 512;
/** What the builder knows better than whoever asks. */
const builders: ReadonlySet<string> = new Set(
  ['source', 'revision', 'created', 'ref.name'].map((name) => `org.opencontainers.image.${name}`),
);

/** The labels for an audit (OCI image-spec, annotations.md § Pre-Defined Annotation Keys; ours begin with `dev.plimsoll.`). */
export function auditLabels(facts: LabelFacts, which: AuditLabels): Readonly<Record<string, string>> {
  const labels: Readonly<Record<string, string | undefined>> = {
    'org.opencontainers.image.source': facts.repository,
    'org.opencontainers.image.revision': facts.commit,
    'org.opencontainers.image.version': facts.version,
    'org.opencontainers.image.created': facts.created,
    ...(which === 'source'
      ? {}
      : {
          'org.opencontainers.image.ref.name': facts.reference,
          'dev.plimsoll.branch': facts.branch,
          'dev.plimsoll.requested-by': facts.requestedBy,
          'dev.plimsoll.builder': facts.builder,
        }),
  };
  return Object.fromEntries(
    Object.entries(labels)
      .map(([name, value]) => [name, value === undefined ? '' : oneLine(value)] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** Names of pipelines and people come from elsewhere. */
function oneLine(text: string): string {
  return text.replace(/\p{C}/gu, ' ').trim().slice(0, longest);
}

/** Reads `NAME=value` labels. @throws CodedError `bad-label`. */
export function parseLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals));
    if (!/^[\w.\-/]{1,256}$/.test(name))
      throw new CodedError('bad-label', `--label ${JSON.stringify(text.slice(0, 100))} is no NAME=value`, {
        kind: 'usage',
      });
    if (name.startsWith('dev.plimsoll.') || builders.has(name))
      throw new CodedError('bad-label', `the label ${name} is written by the builder`, {
        kind: 'usage',
        hint: '--requested-by says who asked',
      });
    labels[name] = text.slice(equals + 1);
  }
  return labels;
}
