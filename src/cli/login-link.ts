import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { addStoreOptions, type StoreFlags, storeOptions } from './store-options.ts';

interface LinkFlags extends StoreFlags {
  readonly url?: string;
}

/** `plimsoll login link`. */
export const registerLoginLink: RegisterCommand = (command, io) => {
  command
    .addHelpText(
      'before',
      "Examples:\n  plimsoll login link\n  plimsoll login link --data /srv/plimsoll --url https://plimsoll.example.com\n\nRuns on the server's machine, whether or not the server does. Whoever opens the link first is logged in as the\nadministrator, once, within a day; links from before are worth nothing any more. The ledger says who made it.\n",
    )
    .option('--url <url>', 'the server as people reach it; default: as it told when it started');
  addStoreOptions(command, io).action(async (flags: LinkFlags) => {
    const [{ makeLogInLink, serverAddress }, { localActor }, { openStore }] = await Promise.all([
      import('../flows/log-in/index.ts'),
      import('../flows/ledger/index.ts'),
      import('../server-store/index.ts'),
    ]);
    const store = await openStore(storeOptions(flags));
    try {
      const url = flags.url?.replace(/\/+$/, '') ?? (await serverAddress(store));
      if (url === undefined)
        throw new CodedError('server-address', `no server has ever started on ${store.where}`, {
          kind: 'usage',
          hint: 'plimsoll serve prints a link when it starts; --url says where people reach it',
        });
      const link = await makeLogInLink(store, url, localActor(io.env, io.progress));
      io.stdout.write(`${visibleText(link)}\n`);
    } finally {
      await store.close();
    }
  });
};
