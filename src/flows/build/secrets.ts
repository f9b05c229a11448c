import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { largestSecretBytes, type SecretMount, type SecretSource } from '../../build/index.ts';
import { secretsInConfiguration } from '../../catalog/index.ts';
import type { OpenedImage } from '../../image/index.ts';
import { findBytes } from '../../image/write/index.ts';
import { CodedError } from '../../model/index.ts';

/** Writes secrets into files that only we may read and that go with the folder. */
export function mountSecrets(
  sources: readonly SecretSource[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly SecretMount[] {
  if (sources.length > 0) mkdirSync(folder, { mode: 0o700 });
  return sources.map(({ id, from }) => {
    const file = join(folder, id);
    const bytes = 'file' in from ? readFileSync(from.file) : Buffer.from(env[from.variable] ?? '');
    if (bytes.length > largestSecretBytes)
      throw new CodedError('secret-missing', `the secret ${id} has more than ${largestSecretBytes} bytes`);
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
    return { id, file };
  });
}

/** What of a variable's name and value looks like a secret, as scans see it: its title. */
export function secretTitle(name: string, value: string): string | undefined {
  if (value === '') return undefined;
  const none = { labels: {}, history: [], cmd: [], entrypoint: [], healthcheck: [] };
  const [found] = secretsInConfiguration({ env: [`${name}=${value}`], ...none });
  if (found !== undefined) return found.title;
  return secretName.test(name) ? 'its name says so' : undefined;
}

/** Names that nobody gives to what may be read by all. */
const secretName =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|AUTH)(?:$|_(?!URL|FILE|PATH|HOST|NAME|ID$))/i;

/** Shorter texts occur by chance. */
const leastBytes = 8;
const leastLine = 12;
const mostLines = 50;

/**
 * Makes sure that no secret of the build is in what was built: in no file of its own layers, nor in the configuration with its
 * history. Whole secrets are looked for, and their longer lines.
 * @throws CodedError `secret-in-image`.
 */
export async function checkNoSecrets(
  image: OpenedImage,
  {
    mounts,
    firstLayer,
    signal,
  }: { readonly mounts: readonly SecretMount[]; readonly firstLayer: number; readonly signal: AbortSignal },
): Promise<void> {
  const wanted = mounts.flatMap(({ id, file }) => textsOf(readFileSync(file)).map((bytes) => ({ id, bytes })));
  if (wanted.length === 0) return;
  const config = Buffer.from((await image.documents()).config);
  // JSON writes quotes and line ends of a text differently.
  const inConfig = wanted.find(({ bytes }) => config.includes(JSON.stringify(bytes.toString('utf8')).slice(1, -1)));
  if (inConfig !== undefined) throw leaked(inConfig.id, 'the configuration of the image, which has every instruction');
  for (const [index, blob] of image.layers.entries()) {
    if (index < firstLayer) continue;
    const label = `layer ${index + 1}`;
    const [found] = await findBytes(
      blob,
      wanted.map(({ bytes }) => bytes),
      { label, signal },
    );
    if (found !== undefined) throw leaked(wanted[found.index]!.id, `${label}, in ${found.path}`);
  }
}

function leaked(id: string, where: string): CodedError {
  return new CodedError('secret-in-image', `the secret ${id} is in ${where}`, {
    hint: 'Nothing was pushed or written. A step copied it: use it where it is mounted, and write nothing that holds it',
  });
}

function textsOf(secret: Buffer): Buffer[] {
  const whole = secret.toString('utf8').trim();
  const lines = whole.split('\n').map((line) => line.trim());
  const texts = [whole, ...lines.filter((line) => line.length >= leastLine).slice(0, mostLines)];
  return [...new Set(texts)].map((text) => Buffer.from(text)).filter(({ length }) => length >= leastBytes);
}
