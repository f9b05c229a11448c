import * as z from 'zod';
import { NotifyChannel, NotifyChannelChange, NotifySettings, NotifyTest, NotifyTested } from '../notify.ts';
import { route, type Route } from '../route.ts';

const byName = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name is of a-z, 0-9 and -'),
});

export const notifyRoutes = {
  listNotify: route({
    method: 'GET',
    path: '/v1/notify',
    tag: 'notify',
    summary: 'Who is told of verdicts that turn, and how; never what is secret of it',
    permission: 'notify.write',
    answer: NotifySettings,
  }),
  putNotify: route({
    method: 'PUT',
    path: '/v1/notify/{name}',
    tag: 'notify',
    summary: 'Set a channel',
    permission: 'notify.write',
    params: byName,
    body: NotifyChannelChange,
    answer: NotifyChannel,
    ledger: ['notify.set'],
  }),
  removeNotify: route({
    method: 'DELETE',
    path: '/v1/notify/{name}',
    tag: 'notify',
    summary: 'Remove a channel, and what was still to be told by it',
    permission: 'notify.write',
    params: byName,
    status: 204,
    ledger: ['notify.remove'],
  }),
  testNotify: route({
    method: 'POST',
    path: '/v1/notify/test',
    tag: 'notify',
    summary: 'Send a message by a channel that says that it is a test',
    permission: 'notify.write',
    body: NotifyTest,
    answer: NotifyTested,
    ledger: ['notify.test'],
  }),
} satisfies Readonly<Record<string, Route>>;
