import { chosenRelease, hardeningDockerfile, type NamedRecord, proposeHardening } from '../../bases/index.ts';
import { CodedError, type Comparison, type Hardening, type ImageRecord, referenceOf } from '../../model/index.ts';
import { compareRecords } from '../../record/index.ts';
import { assess, scanContents } from '../scan/index.ts';
import type { AssessBaseOptions } from './assess-base.ts';
import { releaseRecord } from './assess-all.ts';
import type { Catalogue } from './catalogue-folder.ts';
import { buildInEngine, runInEngine } from './engine-build.ts';

export interface HardeningRequest {
  /** A base of the catalogue, or an image. */
  readonly reference: string;
  readonly apps: readonly string[];
  readonly keep: readonly string[];
}

/** What was proposed, and what makes it. */
export interface Proposed {
  readonly hardening: Hardening;
  readonly record: ImageRecord;
  /** Absent where none can be written; `noDockerfile` says why. */
  readonly dockerfile?: string;
  readonly noDockerfile?: CodedError;
  /** The same for each application: the image less the same packages, to try them in. */
  readonly appDockerfiles: readonly { readonly name: string; readonly dockerfile: string }[];
}

/** Proposes the smaller form of a base for the applications that are named. */
export async function hardenBase(
  catalogue: Catalogue | undefined,
  { reference, apps, keep }: HardeningRequest,
  options: AssessBaseOptions,
): Promise<Proposed> {
  const { bases: _, ...alone } = options;
  const scan = async (input: string): Promise<ImageRecord> => assess(await scanContents(input, alone), alone);
  const base = catalogue?.bases.find(({ name }) => name === reference);
  const release = base === undefined ? undefined : chosenRelease(base);
  const record = release === undefined ? await scan(reference) : await releaseRecord(release, options);
  const named: NamedRecord[] = [];
  for (const name of apps) named.push({ name, record: await scan(name) });
  const hardening = proposeHardening({ name: reference, record }, { apps: named, keep });
  const from = release === undefined ? fromReference(reference) : referenceOf(release);
  try {
    return {
      hardening,
      record,
      dockerfile: hardeningDockerfile(record, hardening, from),
      appDockerfiles: named.map((app) => ({
        name: app.name,
        dockerfile: hardeningDockerfile(app.record, hardening, fromReference(app.name)),
      })),
    };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { hardening, record, noDockerfile: error, appDockerfiles: [] };
  }
}

export interface HardeningProof {
  readonly tag: string;
  readonly record: ImageRecord;
  readonly comparison: Comparison;
  readonly selfTests: readonly SelfTest[];
}

/** A self-test in the smaller base or in an application less the same packages, and how the same went before. */
export interface SelfTest {
  readonly image: string;
  readonly command: string;
  readonly passed: boolean;
  /** Whether it passes in the image as it was: a test that fails there proves nothing. */
  readonly passedBefore: boolean;
  readonly output: string;
}

/** Builds the proposal with the real engine, scans what came out, and runs the self-tests in it. */
export async function proveHardening(
  { dockerfile, noDockerfile, record, appDockerfiles, hardening }: Proposed,
  {
    tag,
    selfTests,
    timeoutMs,
  }: { readonly tag: string; readonly selfTests: readonly string[]; readonly timeoutMs: number },
  options: AssessBaseOptions,
): Promise<HardeningProof> {
  if (dockerfile === undefined) throw noDockerfile!;
  const engine = { env: options.env, signal: options.signal };
  options.onFetch?.(`building ${tag}`, 0, undefined);
  await buildInEngine(dockerfile, tag, engine);
  const { bases: _, base: __, ...alone } = options;
  const after = await assess(await scanContents(`docker:${tag}`, alone), alone);
  const tried: { readonly before: string; readonly after: string }[] = [];
  for (const [index, app] of appDockerfiles.entries()) {
    const appTag = `${tag}-for-${index + 1}`;
    options.onFetch?.(`building ${appTag}`, 0, undefined);
    await buildInEngine(app.dockerfile, appTag, engine);
    tried.push({ before: fromReference(app.name), after: appTag });
  }
  if (tried.length === 0) tried.push({ before: fromLine(dockerfile), after: tag });
  const results: SelfTest[] = [];
  for (const { before, after: image } of tried)
    for (const command of selfTests) {
      options.onFetch?.(`running ${command}`, 0, undefined);
      const words = wordsOf(command);
      const was = await runInEngine(before, words, { ...engine, timeoutMs });
      const is = await runInEngine(image, words, { ...engine, timeoutMs });
      const { output } = is;
      results.push({
        image,
        command,
        passed: is.status === 0,
        passedBefore: was.status === 0,
        output: output.trim().slice(-2000),
      });
    }
  checkRemoved(after, hardening);
  return { tag, record: after, comparison: compareRecords(record, after), selfTests: results };
}

/** What was to go must be gone, or the proposal's figures are wrong. */
function checkRemoved(after: ImageRecord, { removed }: Hardening): void {
  const left = new Set(after.packages.filter(({ place }) => place.deletedIn === undefined).map(({ name }) => name));
  const still = removed.filter(({ name }) => left.has(name));
  if (still.length > 0)
    throw new CodedError(
      'hardening-incomplete',
      `the built image still has ${still
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}`,
    );
}

function fromLine(dockerfile: string): string {
  return /^FROM (\S+) AS whole$/m.exec(dockerfile)?.[1] ?? '';
}

/** As a `FROM` names it. Only engines and registries can be built from. */
function fromReference(input: string): string {
  if (!/^(?:archive|layout|dir|sbom):/.test(input)) return input.replace(/^(?:docker|registry):/, '');
  throw new CodedError('cannot-write-hardening', `${input} can't be built from: no FROM names it`, {
    hint: 'docker load -i FILE, then name the image in the engine',
  });
}

/** Words of a command, as a shell would part them, quotes taken off; nothing is expanded. */
function wordsOf(command: string): [string, ...string[]] {
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const [program, ...args] = words;
  if (program !== undefined && program !== '') return [program, ...args];
  throw new CodedError('no-self-test', 'the self-test is no command', {
    kind: 'usage',
    hint: '--self-test \'python3 -c "import ssl"\'',
  });
}
