import { assessAll, assessBase, type AssessedBase, readCatalogue, type Reassessed } from '../flows/bases/index.ts';
import { findChildren } from '../flows/impact/index.ts';
import { CodedError, type Impact } from '../model/index.ts';
import { renderImpact, renderJson, renderTable, shortDigest, visibleText } from '../report/index.ts';
import { RecordStore } from '../store/index.ts';
import { addAssessOptions, type AssessFlags, withAssessOptions } from './base-options.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus, statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { endProgress } from './scan-options.ts';

interface Flags extends AssessFlags {
  readonly all?: boolean;
  readonly format: 'table' | 'json';
}

/** `plimsoll base assess NAME [IMAGE]` and `plimsoll base assess --all`. */
export const registerBaseAssess: RegisterCommand = (command, io) => {
  command
    .argument('[name]', 'the base')
    .argument('[image]', 'the image to take in as its newest release; by default the one that it is made from')
    .option('--all', 'judge every endorsed release again, and name those that no longer pass with what stands on them')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', '\nExit status: 0 pass, 2 fail, 3 cannot tell; with --all the worst of them.');
  addAssessOptions(command).action((name: string | undefined, image: string | undefined, flags: Flags) =>
    withAssessOptions(flags, io, async (options) => {
      if (flags.all === true) {
        if (name !== undefined)
          throw new CodedError('all-or-one', `--all judges every base; leave out ${name}`, { kind: 'usage' });
        return tellAll(await assessAll(flags.bases, options), flags, io);
      }
      if (name === undefined)
        throw new CodedError('no-base-named', 'which base is to be assessed?', {
          kind: 'usage',
          hint: 'plimsoll base assess NAME, or --all for every endorsed one',
        });
      const catalogue = await readCatalogue(flags.bases);
      tellOne(
        await assessBase(catalogue, { name, ...(image === undefined ? {} : { reference: image }) }, options),
        flags,
        io,
      );
    }),
  );
};

function tellOne(assessed: AssessedBase, flags: Flags, io: Io): void {
  const { base, release, record, verdict, complaints, hasTurned } = assessed;
  endProgress(io);
  if (flags.quiet !== true)
    for (const complaint of complaints) io.stderr.write(`plimsoll: ${visibleText(complaint)}\n`);
  if (flags.format === 'json') io.stdout.write(renderJson({ record, verdict }));
  else {
    const reference = `${base.name} ${release.reference}`;
    io.stdout.write(renderTable({ record, verdict, reference, now: io.now, columns: io.columns, color: io.color }));
    io.stdout.write(`\n${nextStep(assessed)}\n`);
    if (hasTurned)
      io.stdout.write('it was endorsed, and passes no longer: plimsoll base assess --all names what stands on it\n');
  }
  io.exitStatus = statusOfVerdict(verdict.result);
}

function nextStep({ base, release, verdict }: AssessedBase): string {
  const name = visibleText(base.name);
  if (verdict.result === 'pass')
    return release.endorsement === undefined
      ? `next  plimsoll base endorse ${name} --by YOU --role ROLE --key KEY`
      : `${name} ${shortDigest(release.digest)} is endorsed, and still passes`;
  return `next  change what is named above, build it, then plimsoll base assess ${name} IMAGE\n      plimsoll base harden ${name} proposes a smaller one`;
}

async function tellAll(results: readonly Reassessed[], flags: Flags, io: Io): Promise<void> {
  endProgress(io);
  const bad = results.filter(({ assessed }) => assessed?.verdict.result !== 'pass');
  const { bases } = await readCatalogue(flags.bases);
  const impacts = new Map<string, Impact>();
  if (flags.records !== undefined && bad.length > 0) {
    const store = new RecordStore(flags.records, { mayBeNew: true });
    try {
      for (const { base } of bad) impacts.set(base.name, findChildren(store.index, base, bases));
    } finally {
      store.close();
    }
  }
  const onThem = (each: Reassessed): Impact | undefined => {
    const impact = impacts.get(each.base.name);
    if (impact === undefined) return undefined;
    const own = impact.bases.map((base) => ({
      ...base,
      releases: base.releases.filter(({ digest }) => digest === each.release.digest),
    }));
    const images = own.flatMap(({ releases }) => releases.flatMap((release) => release.images)).length;
    return { ...impact, bases: own, images };
  };
  if (flags.format === 'json') {
    const told = results.map((each) => ({
      base: each.base.name,
      owner: each.base.owner,
      release: each.release.digest,
      result: each.assessed?.verdict.result ?? 'cannot-tell',
      ...(each.assessed === undefined ? {} : { turned: each.assessed.hasTurned, verdict: each.assessed.verdict }),
      ...(each.problem === undefined ? {} : { problem: each.problem }),
      ...(onThem(each) === undefined
        ? {}
        : { images: onThem(each)!.bases.flatMap((base) => base.releases.flatMap((release) => release.images)) }),
    }));
    io.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else {
    io.stdout.write(`${results.length - bad.length} of ${results.length} endorsed releases pass\n`);
    for (const each of bad) io.stdout.write(`\n${wordsOf(each, onThem(each), io)}`);
    if (bad.length > 0 && flags.records === undefined)
      io.stdout.write('\n--records FOLDER names the images that stand on them\n');
  }
  const failed = bad.some(({ assessed }) => assessed?.verdict.result === 'fail');
  if (bad.length > 0) io.exitStatus = failed ? exitStatus.fail : exitStatus.cannotTell;
}

/** Who stood behind it, and since when it no longer passes. */
function sinceWhen({ history }: Reassessed['base'], { digest, endorsement }: Reassessed['release']): string[] {
  if (endorsement === undefined) return [];
  const turned = history.findLast(({ what, release }) => what === 'turned' && release === digest);
  const who = `endorsed by ${endorsement.by} on ${endorsement.at.slice(0, 10)}`;
  return [`  ${who}${turned === undefined ? '' : `, turned on ${turned.at.slice(0, 10)}`}`];
}

function wordsOf({ base, release, assessed, problem }: Reassessed, impact: Impact | undefined, io: Io): string {
  const word = assessed?.verdict.result === 'fail' ? 'FAIL' : 'CANNOT TELL';
  const head = `${word}  ${base.name} ${shortDigest(release.digest)} (${base.owner})`;
  const why =
    problem === undefined
      ? (assessed?.verdict.violations ?? []).slice(0, 5).map(({ rule, what }) => `${rule}: ${what}`)
      : [`it could not be judged: ${problem}`];
  const doubts = assessed?.verdict.result === 'cannot-tell' ? assessed.verdict.doubts.slice(0, 5) : [];
  const more = (assessed?.verdict.violations.length ?? 0) - 5;
  const lines = [
    head,
    ...sinceWhen(base, release),
    ...why.map((text) => `  ${text}`),
    ...(more > 0 ? [`  and ${more} more: plimsoll base assess ${base.name} ${release.reference}`] : []),
    ...doubts.map(({ rule, what }) => `  ${rule}: ${what}`),
  ];
  const tree =
    impact === undefined
      ? ''
      : renderImpact(impact, { format: 'tree', now: io.now, columns: io.columns, color: io.color });
  return `${lines.map(visibleText).join('\n')}\n${tree === '' ? '' : tree.replace(/^/gm, '  ').replace(/ +$/gm, '')}`;
}
