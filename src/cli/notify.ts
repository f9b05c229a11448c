import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { registerChannels } from './notify-channels.ts';
import { addStoreOptions, type StoreFlags, storeOptions } from './store-options.ts';

interface Flags extends StoreFlags {
  readonly check?: boolean;
}

/** `plimsoll notify FILE`, and list, set, remove, test of a server's channels. */
export const registerNotify: RegisterCommand = (command, io) => {
  registerChannels(command, io);
  command
    .addHelpText(
      'before',
      'Examples:\n  plimsoll notify notifications.yaml --check   is it right?\n  plimsoll notify notifications.yaml           send what waits\n  plimsoll notify set ops slack --secret url=env://SLACK_URL --server https://plimsoll.example.com\n  plimsoll notify test ops\n',
    )
    .argument('<file>', 'who is told what: docs/formats/notifications.md')
    .option('--check', 'say whether the file is right, and send nothing');
  addStoreOptions(command, io)
    .addHelpText('after', '\nplimsoll serve --notifications FILE does this by itself.\n')
    .action(async (file: string, flags: Flags) => {
      const [{ notify, parseNotifications }, { readText }] = await Promise.all([
        import('../flows/notify/index.ts'),
        import('../flows/policy/index.ts'),
      ]);
      const notifications = await parseNotifications(await readText(file, 1 << 20), file, io.env);
      const { channels, windowSeconds } = notifications;
      if (flags.check === true) {
        for (const { name, kind, filter } of channels) {
          const what = filter.running ? 'images that run' : 'all images';
          io.stdout.write(`${name}  ${kind}, turns to ${filter.results.join(', ')} of ${what}\n`);
        }
        io.stdout.write(
          `${channels.length} ${channels.length === 1 ? 'channel' : 'channels'}; turns within ${windowSeconds} s go together\n`,
        );
        return;
      }
      if (channels.length === 0)
        throw new CodedError('usage', `${file} names no channel: there is nobody to tell`, { kind: 'usage' });
      const { notifyChannels, openStore } = await import('../server-store/index.ts');
      const store = await openStore(storeOptions(flags));
      try {
        const there = await notifyChannels(store);
        if (there.length > 0)
          throw new CodedError(
            'channels-of-server',
            `the server of this store tells by ${there.length} channels of its own: what is told here it would not hear of`,
            {
              kind: 'usage',
              hint: 'start it with --notifications FILE instead, or remove its channels: plimsoll notify list --server URL',
            },
          );
        const told = await notify(store, { notifications, env: io.env, now: () => new Date() });
        const { prepared, sent, failed, postponed, next } = told;
        io.stdout.write(`${prepared} new messages; ${sent} sent, ${postponed} to be tried again, ${failed} given up\n`);
        if (next !== undefined) io.stdout.write(`the next is due at ${next}\n`);
        if (failed > 0) io.exitStatus = exitStatus.toolError;
      } finally {
        await store.close();
      }
    });
};
