import { endorseBase, publishRelease, readCatalogue, signerFromKeyFile } from '../flows/bases/index.ts';
import { referenceOf } from '../model/index.ts';
import { renderTable, shortDigest, visibleText } from '../report/index.ts';
import { addAssessOptions, type AssessFlags, withAssessOptions } from './base-options.ts';
import type { RegisterCommand } from './command.ts';
import { statusOfVerdict } from './exit-status.ts';
import { endProgress } from './scan-options.ts';

interface EndorseFlags extends AssessFlags {
  readonly by: string;
  readonly role: string;
  readonly key: string;
  readonly reason?: string;
  readonly release?: string;
  readonly publish?: string;
}

/** `plimsoll base endorse NAME`. */
export const registerBaseEndorse: RegisterCommand = (command, io) => {
  command
    .argument('<name>', 'the base')
    .requiredOption('--role <name>', 'in which role of roles.yaml')
    .requiredOption('--key <file>', 'the private key that signs, in PEM; PLIMSOLL_PASSWORD has its passphrase')
    .option('--release <digest>', 'which release, by the beginning of its digest; the last where none is named')
    .option('--reason <text>', 'what the person says of it')
    .option(
      '--publish <image>',
      "copy it there, too: REGISTRY/REPOSITORY:TAG or layout:FOLDER#TAG, and under the base's channels",
    );
  addAssessOptions(command).action((name: string, flags: EndorseFlags) =>
    withAssessOptions(flags, io, async (options) => {
      const { role, key, reason, release: wanted } = flags;
      const catalogue = await readCatalogue(flags.bases);
      const sign = signerFromKeyFile(key, io.env['PLIMSOLL_PASSWORD']);
      const endorsed = await endorseBase(
        catalogue,
        {
          name,
          by: options.by,
          role,
          sign,
          ...(reason === undefined ? {} : { reason }),
          ...(wanted === undefined ? {} : { release: wanted }),
        },
        options,
      );
      const { base, release, record, verdict } = endorsed;
      endProgress(io);
      if (verdict.result !== 'pass') {
        const reference = `${base.name} ${release.reference}`;
        io.stdout.write(renderTable({ record, verdict, reference, now: io.now, columns: io.columns, color: io.color }));
        io.stdout.write(`\nnot endorsed: its verdict by policy ${visibleText(verdict.policy.name)} does not pass\n`);
      } else {
        const { publish: to } = flags;
        const done =
          to === undefined
            ? undefined
            : await publishRelease(await readCatalogue(flags.bases), { base, release, to }, options);
        endProgress(io);
        const newest = done?.base.releases.find(({ digest }) => digest === release.digest) ?? release;
        const lines = [
          `${base.name} ${shortDigest(release.digest)} is endorsed by ${options.by} as ${role}`,
          `statement ${release.endorsement!.statement}`,
          ...(done === undefined ? [] : [`published ${done.published.reference}@${done.published.digest}`]),
          `FROM ${referenceOf(newest)}`,
        ];
        io.stdout.write(`${lines.map(visibleText).join('\n')}\n`);
      }
      io.exitStatus = statusOfVerdict(verdict.result);
    }),
  );
};
