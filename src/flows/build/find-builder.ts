import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuilderIdentity, localBuilder, parseBuilder } from '../../build/index.ts';
import { CodedError } from '../../model/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The builder that a machine is enrolled as, and where that is written. */
export interface EnrolledBuilder extends BuilderIdentity {
  readonly file: string;
}

const systemFile = '/etc/plimsoll/builder.yaml';
const largestBytes = 64 << 10;

/** Where a builder's file is looked for, in this order. */
function places(file: string | undefined, env: Environment): readonly string[] {
  if (file !== undefined) return [file];
  const home = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : undefined);
  return [systemFile, ...(home === undefined ? [] : [join(home, 'plimsoll/builder.yaml')])];
}

/**
 * The builder that this machine is: of the file that is named, else of /etc/plimsoll or the user's own configuration.
 * @throws CodedError `not-enrolled`, `builder-unreadable`, `invalid-builder`.
 */
export async function enrolledBuilder(file: string | undefined, env: Environment): Promise<EnrolledBuilder> {
  const tried = places(file, env);
  for (const place of tried) {
    const text = textOf(place);
    if (text !== undefined) return { ...(await parseBuilder(text, place)), file: place };
  }
  throw new CodedError('not-enrolled', `this machine is enrolled as no builder: there is no ${tried.join(', no ')}`, {
    hint: 'docs/howto/build.md says how to enrol it; --local builds without, and the provenance says so',
  });
}

/** Who answers for a build: the enrolled builder, or nobody where that was asked for. */
export async function builderFor(
  { local, file }: { readonly local: boolean; readonly file?: string },
  env: Environment,
): Promise<BuilderIdentity> {
  return local ? localBuilder : enrolledBuilder(file, env);
}

function textOf(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CodedError('builder-unreadable', `${file} could not be read: ${(cause as Error).message}`, { cause });
  }
  if (text.length > largestBytes)
    throw new CodedError('builder-unreadable', `${file} has more than ${largestBytes} bytes`);
  return text;
}
