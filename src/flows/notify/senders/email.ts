import { isIP } from 'node:net';
import { CodedError } from '../../../model/index.ts';
import { guardedConnect } from '../../../network/index.ts';
import type { Sent } from './sent.ts';

export interface MailOptions {
  readonly server: string;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly id: string;
  readonly allow: readonly string[];
  /** Further authorities of its certificate, in PEM. */
  readonly authorities?: readonly string[];
  readonly timeoutMs?: number;
}

/**
 * Sends a letter by SMTP. With `smtps://`, or a password, nothing is said before the connection is encrypted; else it is where the
 * server offers it.
 */
export async function sendMail(options: MailOptions): Promise<Sent> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname, port, username } = new URL(options.server);
  const isTls = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const target = { host, port: Number(port || (isTls ? 465 : 587)) };
  const timeoutMs = options.timeoutMs ?? 15_000;
  try {
    const connection = await guardedConnect(target, { allowed: options.allow, timeoutMs });
    const transport = createTransport({
      ...target,
      connection,
      secure: isTls,
      requireTLS: options.password !== undefined,
      ...(options.password === undefined
        ? {}
        : { auth: { user: decodeURIComponent(username), pass: options.password } }),
      tls: {
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(options.authorities === undefined ? {} : { ca: [...options.authorities] }),
      },
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // Letters are text that we made: nothing is fetched for them.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: options.from,
        to: [...options.to],
        subject: options.subject,
        text: options.text,
        messageId: `<${options.id}@plimsoll>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } finally {
      transport.close();
      connection.destroy();
    }
    return { kind: 'sent' };
  } catch (error) {
    const { responseCode, message } = error as Error & { responseCode?: number };
    const isFinal = (responseCode ?? 0) >= 500 || (error instanceof CodedError && error.code === 'address-refused');
    return { kind: isFinal ? 'failed' : 'again', why: `${host}: ${message}` };
  }
}
