/**
 * Verdicts that turned become messages, one for each channel and owner, which wait in the store until they are taken: webhooks,
 * Slack's shape, e-mail. Nothing is sent that no file of notifications asks for.
 */
export {
  type Channel,
  type Notifications,
  parseNotifications,
  type PlainChannel,
  plainChannel,
  type TurnFilter,
} from './notifications-file.ts';
export { notify, type Notified, type NotifyOptions } from './notifier.ts';
export { NotifyWorker } from './notify-worker.ts';
export { prepareMessages } from './prepare-messages.ts';
export { sendTest } from './send-test.ts';
export { signatureHeaders } from './senders/webhook.ts';
