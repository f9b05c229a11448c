import path from 'node:path';
import type { Command } from 'commander';
import { enrolInFile, initTrustRoot, loadTrustRoot, makeKeyFiles, revokeInFile } from '../flows/trust-root/index.ts';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { passphraseIn, readKeyFile } from '../trust/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';
import { addOptionalServer, addServerOption, type ServerFlags } from './server-options.ts';
import type { ApplyFlags } from './trust-there.ts';
import { trustRootLines } from './trust-list.ts';

/** `plimsoll trust`: keygen, init, enrol, revoke, apply, list. */
export const registerTrust: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  sub(command, 'keygen', 'make a pair of keys: PREFIX.key and PREFIX.pub')
    .argument('[prefix]', 'what the files are called', 'plimsoll')
    .action((prefix: string) => keygen(prefix, io));
  inFile(sub(command, 'init', 'make a new trust root'))
    .option('--name <name>', 'what it is called; else what its folder is called')
    .action((flags: { trustRoot: string; name?: string }) => {
      const name =
        flags.name ??
        (path.basename(path.resolve(path.dirname(flags.trustRoot))).replace(/[^\w.@+-]+/g, '-') || 'ours');
      initTrustRoot(flags.trustRoot, name);
      io.stdout.write(`${visibleText(flags.trustRoot)}: trust root ${visibleText(name)}, with nobody in it\n`);
    });
  inFile(sub(command, 'enrol', 'let a builder sign, or a person approve'))
    .argument('<name>', 'who')
    .option('--person', 'a person who approves, instead of a builder that signs')
    .option('--key <file>', 'their public key')
    .option('--issuer <url>', 'where they log in')
    .option('--subject <pattern>', 'as whom: an address or a workflow’s URI')
    .option('--repository <pattern...>', 'what they may sign: registry.example.com/team/**')
    .option('--role <role...>', 'of a person')
    .option('--from <time>', 'from when on it counts')
    .option('--until <time>', 'until when')
    .action((name: string, flags: EnrolFlags) => enrolled(name, flags, io));
  inFile(sub(command, 'revoke', 'let what was signed from a time on no longer count'))
    .argument('<name>', 'whose')
    .option('--key-id <id>', 'one key alone, by its id (trust list)')
    .option('--at <time>', 'the cut-off. Default now')
    .option('--reason <text>', 'why')
    .action((name: string, flags: RevokeFlags) => revoked(name, flags, io));
  addServerOption(sub(command, 'apply', 'have a server verify by a trust root'))
    .argument('[file]', 'the trust root', 'trust.yaml')
    .requiredOption('--why <reason>', 'for the ledger')
    .option('--based-on <version>', 'the version that you have seen (trust list --server); needed where there is one')
    .action(async (file: string, flags: ApplyFlags) => (await import('./trust-there.ts')).applyTrust(file, flags, io));
  addOptionalServer(inFile(sub(command, 'list', 'say who may sign and approve what')), 'what a server verifies by')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .action(async (flags: ServerFlags & { trustRoot: string; format: 'table' | 'json' }) => {
      if (flags.server !== undefined) return (await import('./trust-there.ts')).listTrust(flags, io);
      const root = await loadTrustRoot(flags.trustRoot);
      io.stdout.write(trustRootLines(root, { format: flags.format, now: io.now, columns: io.columns }));
    });
};

const examples = `Examples:
  plimsoll trust keygen builder                  builder.key (secret) and builder.pub
  plimsoll trust init --name acme                trust.yaml
  plimsoll trust enrol ci-main --key builder.pub --repository 'registry.acme.dev/**'
  plimsoll trust enrol alice@acme.dev --person --role security --repository '**' --key alice.pub
  plimsoll trust revoke ci-main --at 2026-06-01T00:00:00Z --reason 'disk stolen'
  plimsoll trust apply trust.yaml --why 'a second builder' --based-on 3
`;

interface EnrolFlags {
  readonly trustRoot: string;
  readonly person?: boolean;
  readonly key?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly repository?: readonly string[];
  readonly role?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

interface RevokeFlags {
  readonly trustRoot: string;
  readonly keyId?: string;
  readonly at?: string;
  readonly reason?: string;
}

function sub(command: Command, name: string, summary: string): Command {
  return command.command(name).summary(summary).description(summary).exitOverride();
}

function inFile(command: Command): Command {
  return command.option('--trust-root <file>', 'the trust root', 'trust.yaml');
}

function keygen(prefix: string, io: Io): void {
  const passphrase = passphraseIn(io.env);
  const { id } = makeKeyFiles(prefix, passphrase);
  const how =
    passphrase === undefined
      ? 'not encrypted: PLIMSOLL_PASSWORD would have been its passphrase'
      : 'encrypted as cosign does';
  io.stdout.write(`${visibleText(prefix)}.key  private, ${how}\n${visibleText(prefix)}.pub  public, ${id}\n`);
}

async function enrolled(name: string, flags: EnrolFlags, io: Io): Promise<void> {
  const { trustRoot, key, issuer, subject, repository = [], role, from, until } = flags;
  if ((issuer === undefined) !== (subject === undefined))
    throw new CodedError('nothing-to-enrol', '--issuer and --subject belong together', { kind: 'usage' });
  await enrolInFile(trustRoot, {
    name,
    kind: flags.person === true ? 'person' : 'builder',
    repositories: repository,
    ...(role === undefined ? {} : { roles: role }),
    ...(key === undefined ? {} : { publicKey: readKeyFile(key) }),
    ...(issuer === undefined || subject === undefined ? {} : { identity: { issuer, subject } }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  });
  io.stdout.write(`${visibleText(trustRoot)}: ${visibleText(name)} enrolled\n`);
}

async function revoked(name: string, { trustRoot, keyId, at, reason }: RevokeFlags, io: Io): Promise<void> {
  const cutOff = at ?? io.now.toISOString();
  await revokeInFile(trustRoot, {
    name,
    at: cutOff,
    ...(keyId === undefined ? {} : { keyId }),
    ...(reason === undefined ? {} : { reason }),
  });
  io.stdout.write(
    `${visibleText(trustRoot)}: ${visibleText(name)} revoked as of ${visibleText(cutOff)}\n  What was signed before counts where a log or time stamp proves when; all else is refused.\n`,
  );
}
