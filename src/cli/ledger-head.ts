import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import { addStoreOptions, type StoreFlags, storeOptions } from './store-options.ts';

interface HeadFlags extends StoreFlags {
  readonly key?: string;
  readonly publicKey?: boolean;
}

/** `plimsoll ledger head`. */
export const registerLedgerHead: RegisterCommand = (command, io) => {
  addStoreOptions(command, io)
    .optionsGroup('What signs:')
    .option('--key <key>', 'a key: FILE, env://VARIABLE, exec:PROGRAM. Default: ledger.key in the folder of data')
    .option('--public-key', 'print the public key that verifies heads, and no head')
    .action(async (flags: HeadFlags) => {
      const { key, databaseUrl, data } = flags;
      const [{ ledgerSigner }, { treeHeadLine }, { openStore, signTreeHead }] = await Promise.all([
        import('../flows/ledger/index.ts'),
        import('../ledger/index.ts'),
        import('../server-store/index.ts'),
      ]);
      // First: no key is to be made for a store that is not there.
      const store = await openStore(storeOptions(flags));
      try {
        const signer = await ledgerSigner(
          { ...(key === undefined ? {} : { key }), ...(databaseUrl === undefined ? { folder: data } : {}) },
          { env: io.env, signal: io.signal },
        );
        if (signer === undefined)
          throw new CodedError('ledger-needs-key', 'there is no key to sign with', {
            kind: 'usage',
            hint: '--key names one; plimsoll trust keygen makes one',
          });
        if (flags.publicKey === true) io.stdout.write(signer.publicKey.pem);
        else io.stdout.write(treeHeadLine(await signTreeHead(store, signer)));
      } finally {
        await store.close();
      }
    });
};
