import { displayText, type JsonKind, objectOf, parseJson, textField } from '../../oci/index.ts';
import type { SourceOptions } from '../source.ts';
import type { CredentialsAnswer } from './credentials-answer.ts';

const timeoutMs = 30_000;
const answerLimitBytes = 256 << 10;

/**
 * Asks `docker-credential-NAME get` for a registry (docker-credential-helpers' protocol): no shell, bounded time and
 * output. Never throws for what the helper does: its failure is a problem to tell when the registry refuses us.
 */
export async function askHelper(
  name: string,
  server: string,
  where: Pick<SourceOptions, 'env' | 'signal'>,
): Promise<CredentialsAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    return { problem: `"${displayText(name)}" is no name of a credential helper` };
  const program = `docker-credential-${name}`;
  const ran = await run(program, server, where);
  if (ran.problem !== undefined) return { problem: `${program}: ${ran.problem}` };
  const kind: JsonKind = { what: `the answer of ${program}`, code: 'bad-docker-config' };
  try {
    const object = objectOf(parseJson(ran.output, kind), 'it', kind);
    const username = textField(object, 'Username', kind) ?? '';
    const secret = textField(object, 'Secret', kind) ?? '';
    if (secret === '') return {};
    return {
      credentials:
        username === '<token>'
          ? { kind: 'identity-token', token: secret }
          : { kind: 'password', username, password: secret },
    };
  } catch {
    // What it printed may hold a secret, so the message does not repeat it.
    return { problem: `${kind.what} is not understood` };
  }
}

async function run(
  program: string,
  input: string,
  where: Pick<SourceOptions, 'env' | 'signal'>,
): Promise<{ output: Buffer; problem?: string }> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = {
      encoding: 'buffer',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: answerLimitBytes,
      env: { ...where.env },
      signal: where.signal,
    } as const;
    const child = execFile(program, ['get'], options, (error, stdout) => {
      if (error === null) return resolve({ output: stdout });
      const said = stdout.toString('utf8').trim();
      if (/credentials not found/i.test(said)) return resolve({ output: Buffer.from('{}') });
      const code = 'code' in error ? error.code : undefined;
      resolve({
        output: stdout,
        problem:
          (code as unknown) === 'ENOENT'
            ? 'is not installed'
            : error.killed
              ? `did not answer in ${timeoutMs / 1000} s`
              : `failed (${String(code)})`,
      });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
