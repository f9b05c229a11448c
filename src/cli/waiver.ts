import type { Command } from 'commander';
import type { RegisterCommand } from './command.ts';
import { addServerOption } from './server-options.ts';
import type { DecideFlags, ListFlags, RequestFlags } from './waivers-there.ts';

/** `plimsoll waiver`: list, request, approve, refuse, withdraw. */
export const registerWaiver: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const there = () => import('./waivers-there.ts');
  const sub = (name: string, summary: string): Command =>
    addServerOption(command.command(name).summary(summary).description(summary).exitOverride());
  sub('list', 'waivers of a server, and requests for them')
    .option('--state <state>', 'requested, approved, refused, withdrawn or expired')
    .option('--image <digest>', 'of one image')
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (flags: ListFlags) => (await there()).listWaivers(flags, io));
  sub('request', 'ask for a waiver')
    .argument('<file>', 'one waiver as YAML, as a violation carries it (plimsoll scan --format json)')
    .option('--image <digest>', 'for which image; who has teams has to say')
    .option('--finding <id>', 'for which finding')
    .action(async (file: string, flags: RequestFlags) => (await there()).requestWaiver(file, flags, io));
  for (const [name, summary] of [
    ['approve', 'approve a request; nobody approves their own'],
    ['refuse', 'refuse a request'],
    ['withdraw', 'end a waiver, or take a request back'],
  ] as const)
    sub(name, summary)
      .argument('<id>', 'the waiver')
      .requiredOption('--why <reason>', 'for whoever asked, and the ledger')
      .action(async (id: string, flags: DecideFlags) => (await there()).decideWaiver(name, id, flags, io));
};

const examples = `Examples:
  plimsoll waiver list --state requested
  plimsoll waiver request waiver.yaml --image sha256:71c4…
  plimsoll waiver approve openssl-until-june --why 'not reachable: no TLS in this image'
`;
