import { endorseBase, type EndorsedBase, readCatalogue } from '../flows/bases/index.ts';
import { referenceOf } from '../model/index.ts';
import { renderTable, shortDigest, visibleText } from '../report/index.ts';
import { addAssessOptions, type AssessFlags, withAssessOptions } from './base-options.ts';
import type { RegisterCommand } from './command.ts';
import { statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { endProgress } from './scan-options.ts';
import { addSigningOptions, type SigningFlags, signingOptions } from './signing-options.ts';

interface EndorseFlags extends AssessFlags, SigningFlags {
  readonly by: string;
  readonly role: string;
  readonly reason?: string;
  readonly release?: string;
  readonly publish?: string;
}

/** `plimsoll base endorse NAME`. */
export const registerBaseEndorse: RegisterCommand = (command, io) => {
  command
    .argument('<name>', 'the base')
    .addHelpText('before', examples)
    .requiredOption('--role <name>', 'in which role of roles.yaml')
    .option('--release <digest>', 'which release, by the beginning of its digest; the last where none is named')
    .option('--reason <text>', 'what the person says of it')
    .option(
      '--publish <image>',
      "copy it there with what was signed: REGISTRY/REPOSITORY:TAG or layout:FOLDER#TAG, and under the base's channels",
    );
  addAssessOptions(addSigningOptions(command)).action((name: string, flags: EndorseFlags) =>
    withAssessOptions(flags, io, async (options) => {
      const { role, reason, release, publish } = flags;
      const endorsed = await endorseBase(
        await readCatalogue(flags.bases),
        {
          name,
          by: options.by,
          role,
          signing: signingOptions(flags, io),
          ...(reason === undefined ? {} : { reason }),
          ...(release === undefined ? {} : { release }),
          ...(publish === undefined ? {} : { publishTo: publish }),
        },
        options,
      );
      endProgress(io);
      io.stdout.write(endorsed.verdict.result === 'pass' ? done(endorsed, options.by, role) : refused(endorsed, io));
      io.exitStatus = statusOfVerdict(endorsed.verdict.result);
    }),
  );
};

const examples = `Examples:
  plimsoll base endorse debian-12 --by ada@example.com --role keeper --key ada.key \\
    --publish registry.example.com/bases/debian-12:12.5
  plimsoll base endorse debian-12 --by ada@example.com --role keeper --key exec:./kms-sign
`;

function refused({ base, release, record, verdict }: EndorsedBase, io: Io): string {
  const reference = `${base.name} ${release.reference}`;
  const table = renderTable({ record, verdict, reference, now: io.now, columns: io.columns, color: io.color });
  return `${table}\nnot endorsed: its verdict by policy ${visibleText(verdict.policy.name)} does not pass\n`;
}

function done({ base, release, who = '', publication }: EndorsedBase, by: string, role: string): string {
  const lines = [
    `${base.name} ${shortDigest(release.digest)} is endorsed by ${by} as ${role}, signed with ${who}`,
    `statement ${release.endorsement!.statement}`,
    ...(publication === undefined
      ? []
      : [
          `published ${publication.published.reference}@${publication.published.digest}`,
          `  attestation ${publication.attestation}`,
        ]),
    `FROM ${referenceOf(release)}`,
  ];
  return `${lines.map(visibleText).join('\n')}\n`;
}
