import type { ServerClient } from '../flows/server-client/index.ts';
import { CodedError } from '../model/index.ts';
import { parsePolicy } from '../policy/index.ts';
import { counted, visibleText } from '../report/index.ts';
import { ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

export interface ApplyFlags extends ServerFlags {
  readonly why: string;
  readonly basedOn?: string;
}

/** The policies of a server, the one in force marked. */
export async function listPolicies(flags: ServerFlags, io: Io): Promise<void> {
  const { items } = await withServer(flags, io, (server) => ask(server, 'listPolicies'));
  const lines = items.map(({ name, version, active, scopes, writtenBy, writtenAt }) =>
    visibleText(
      `${active ? '*' : ' '} ${name}  version ${version} of ${writtenAt.slice(0, 10)} by ${writtenBy}, ${counted(scopes.length, 'scope')}`,
    ),
  );
  io.stdout.write(`${lines.join('\n')}\n(* is what images are judged by)\n`);
}

/** The text of a server's policy, as it was written. */
export async function showPolicy(name: string, flags: ServerFlags, io: Io): Promise<void> {
  const { text } = await withServer(flags, io, (server) => ask(server, 'getPolicy', { params: { name } }));
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a version of a policy. @throws CodedError `invalid-policy`, `document-changed` */
export async function applyPolicy(file: string, flags: ApplyFlags, io: Io): Promise<void> {
  const { textOfPolicy } = await import('../flows/policy/index.ts');
  const text = await textOfPolicy(file);
  const { policy } = await parsePolicy(text, file);
  const basedOn = flags.basedOn === undefined ? undefined : Number(flags.basedOn);
  if (basedOn !== undefined && (!Number.isSafeInteger(basedOn) || basedOn < 1))
    throw new CodedError('usage', `--based-on takes the number of a version, not ${flags.basedOn}`, { kind: 'usage' });
  const { name } = policy;
  const said = await withServer(flags, io, async (server) => {
    const before = await policyNamed(server, name);
    if (before?.text === text) return `${name} is so already, in version ${before.version}`;
    const version = basedOn ?? before?.version;
    const written = await ask(server, 'putPolicy', {
      params: { name },
      body: { text, why: flags.why },
      ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
    });
    const force = written.active
      ? 'images are judged again by it'
      : 'it is not what images are judged by: another policy is in force';
    return `${name} is in version ${written.version} now; ${force}`;
  });
  io.stdout.write(`${visibleText(said)}\n`);
}

async function policyNamed(
  server: ServerClient,
  name: string,
): Promise<{ readonly version: number; readonly text: string } | undefined> {
  try {
    return await ask(server, 'getPolicy', { params: { name } });
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not-found') return undefined;
    throw error;
  }
}
