import { attestImage, predicateOfFile, predicateOfScan, scannedTypes } from '../flows/attest/index.ts';
import { databasePath } from '../flows/advisories/database-path.ts';
import { Timings } from '../flows/scan/index.ts';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { approvalPredicate, type PredicateKind, predicateKind, predicateKinds } from '../trust/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';
import { addRegistryOptions, type RegistryFlags, registryOptions } from './registry-options.ts';
import { addSigningOptions, type SigningFlags, signingOptions } from './signing-options.ts';

interface AttestFlags extends RegistryFlags, SigningFlags {
  readonly type: string;
  readonly predicate?: string;
  readonly form: 'bundle' | 'simple';
  readonly statement?: string;
  readonly scope?: string;
  readonly until?: string;
  readonly policy?: string;
  readonly waivers?: readonly string[];
  readonly vex?: readonly string[];
  readonly db?: string;
}

/** `plimsoll attest IMAGE`. */
export const registerAttest: RegisterCommand = (command, io) => {
  command
    .argument('<image>', 'an image in a registry, by digest best')
    .argument('[predicate]', 'the file with the predicate, as --predicate')
    .addHelpText('before', examples)
    .addHelpText('after', () => `\nTypes:\n${predicateKinds.map(typeLine).join('\n')}`);
  addSigningOptions(command)
    .optionsGroup('What is said:')
    .option('--type <type>', 'what kind of statement: a name below or a URI', 'custom')
    .option('--predicate <file>', 'what it says; made by a scan where none is given')
    .addOption(
      command
        .createOption('--form <form>', 'bundle as cosign 3 writes, or simple: the tag sha256-….att of older ones')
        .choices(['bundle', 'simple'])
        .default('bundle'),
    )
    .option('--statement <text>', 'of an approval: what you say')
    .option('--until <time>', 'of an approval: until when it counts')
    .option('--scope <name>', 'of an approval: where; of a verdict: the scope of the policy')
    .option('--policy <file>', 'of a verdict: the policy')
    .option('--waivers <file...>', 'of a verdict: files of waivers')
    .option('--vex <file...>', 'of a verdict: VEX documents')
    .option('--db <file>', 'of a verdict: the advisory database');
  addRegistryOptions(command).action((image: string, file: string | undefined, flags: AttestFlags) =>
    attest(image, { ...flags, predicate: flags.predicate ?? file }, io),
  );
};

const examples = `Examples:
  plimsoll attest --key builder.key --type verdict IMAGE@DIGEST
  plimsoll attest --key builder.key --type slsaprovenance1 --predicate provenance.json IMAGE@DIGEST
  plimsoll attest --key builder.key --type sarif IMAGE@DIGEST codeql.sarif
  plimsoll attest --key alice.key --type approval --statement 'fit for production' IMAGE@DIGEST
`;

function typeLine({ names, summary }: PredicateKind): string {
  return `  ${names[0]!.padEnd(17)} ${summary}`;
}

async function attest(image: string, flags: AttestFlags, io: Io): Promise<void> {
  const kind = predicateKind(flags.type);
  const isApproval = kind.names.includes('approval');
  if (isApproval && flags.predicate === undefined && flags.statement === undefined)
    throw new CodedError('no-predicate', 'an approval says something', { kind: 'usage', hint: '--statement TEXT' });
  const isScanned = flags.predicate === undefined && !isApproval;
  if (isScanned && !scannedTypes.includes(kind.names[0]!))
    throw new CodedError('no-predicate', `nothing says what the attestation of type ${kind.names[0]!} states`, {
      kind: 'usage',
      hint: `--predicate FILE; a scan makes ${scannedTypes.join(', ')}`,
    });
  const attested = await attestImage(image, {
    ...signingOptions(flags, io),
    now: io.now,
    type: flags.type,
    form: flags.form,
    onlyImages: isScanned,
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    registry: registryOptions(flags, io),
    predicate: async (subject) => {
      if (flags.predicate !== undefined) return predicateOfFile(flags.predicate, kind, io.now);
      return isApproval ? approval(flags, io) : predicateOfScan(subject, kind, scanOptions(flags, io));
    },
  });
  const { repository, subject, predicateType, manifest, who } = attested;
  io.stdout.write(
    `attested ${visibleText(`${repository}@${subject}`)}\n  ${visibleText(predicateType)}\n  with ${who}, attestation ${manifest}\n`,
  );
}

function approval({ statement, scope, until }: AttestFlags, io: Io): object {
  if (until !== undefined && Number.isNaN(Date.parse(until)))
    throw new CodedError('bad-predicate', `${JSON.stringify(until)} is no time`, { kind: 'usage' });
  return approvalPredicate({
    statement: statement!,
    approvedAt: io.now.toISOString(),
    ...(scope === undefined ? {} : { scope }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  });
}

function scanOptions(flags: AttestFlags, io: Io): Parameters<typeof predicateOfScan>[2] {
  const { insecureHttp = false, cacheDirectory } = registryOptions(flags, io);
  return {
    scan: {
      offline: false,
      noCache: false,
      insecureHttp,
      cacheDirectory,
      env: io.env,
      now: io.now,
      signal: io.signal,
      timings: new Timings(() => performance.now()),
    },
    databasePath: flags.db ?? databasePath(io.env),
    databaseIsAsked: flags.db !== undefined || Boolean(io.env['PLIMSOLL_DB']),
    judge: {
      ...(flags.policy === undefined ? {} : { policy: flags.policy }),
      waiverFiles: flags.waivers ?? [],
      vexFiles: flags.vex ?? [],
      ...(flags.scope === undefined ? {} : { scope: flags.scope }),
    },
  };
}
