import { readDocuments, shown } from '../formats/yaml-documents/index.ts';
import { type Base, type BaseEvent, type BaseRelease, CodedError } from '../model/index.ts';
import { type BaseDocumentKind, baseSchemas } from './schema.ts';
import type { Roles } from './roles.ts';

const hint = 'docs/formats/base.md has every field';

/** A base as its file has it: lists that it lacks are empty ones. */
interface BaseText extends Omit<Base, 'name' | 'description' | 'channels' | 'releases' | 'history'> {
  readonly metadata: Pick<Base, 'name' | 'description'>;
  readonly channels?: readonly string[];
  readonly releases?: readonly ReleaseText[];
  readonly history?: readonly BaseEvent[];
}
type ReleaseText = Omit<BaseRelease, 'aliases' | 'published'> & Partial<Pick<BaseRelease, 'aliases' | 'published'>>;

/** Reads the file of one base. Throws `invalid-base` with line and column, `base-too-large`. */
export async function parseBase(text: string, fileName: string): Promise<Base> {
  const { value, locate } = await onlyDocument(text, fileName, 'Base');
  const { metadata, channels, releases, history, ...rest } = value as BaseText;
  const base: Base = {
    name: metadata.name,
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    purpose: rest.purpose,
    source: rest.source,
    owner: rest.owner,
    ...(rest.policy === undefined ? {} : { policy: rest.policy }),
    ...(rest.scope === undefined ? {} : { scope: rest.scope }),
    ...(rest.supportEnd === undefined ? {} : { supportEnd: rest.supportEnd }),
    channels: channels ?? [],
    state: rest.state,
    releases: (releases ?? []).map((release) => ({
      ...release,
      aliases: release.aliases ?? [],
      published: release.published ?? [],
    })),
    history: history ?? [],
  };
  const seen = new Set<string>();
  const complaints = base.releases.flatMap((release, index) => {
    const where = locate(['releases', index, 'digest']);
    const found: string[] = [];
    if (seen.has(release.digest)) found.push(`${where}: a release of this digest stands above`);
    if (release.state === 'endorsed' && release.endorsement === undefined)
      found.push(`${locate(['releases', index, 'state'])}: an endorsed release names its endorsement`);
    seen.add(release.digest);
    return found;
  });
  if (complaints.length > 0) throw invalid(complaints);
  return base;
}

/** Reads the file that says who may do what. Throws as `parseBase` does. */
export async function parseRoles(text: string, fileName: string): Promise<Roles> {
  return (await onlyDocument(text, fileName, 'BaseRoles')).value as Roles;
}

async function onlyDocument(text: string, fileName: string, kind: BaseDocumentKind) {
  const documents = await readDocuments<BaseDocumentKind>(text, fileName, {
    schemas: baseSchemas,
    invalid: (message) => new CodedError('invalid-base', message, { hint }),
    tooLarge: (message) => new CodedError('base-too-large', message),
  });
  const [first, second] = documents;
  if (first === undefined) throw invalid([`${fileName}: has no document of kind ${kind}`]);
  if (first.kind !== kind) throw invalid([`${first.locate(['kind'])}: kind must be ${kind} here`]);
  if (second !== undefined) throw invalid([`${second.locate(['kind'])}: a file holds one ${kind}`]);
  return first;
}

function invalid(complaints: readonly string[]): CodedError {
  return new CodedError('invalid-base', shown(complaints), { hint });
}
