import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A real HTTP server that keeps what it is sent and answers what it is told to, the last answer for ever. */
export async function webhookReceiver(answers: readonly (number | { readonly redirect: string })[] = [200]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)]!;
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      if (typeof answer === 'number') response.writeHead(answer).end('thanks');
      else response.writeHead(307, { location: answer.redirect }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}/hook`, received, close };
}

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly isSecure: boolean;
  readonly text: string;
}

/** A real SMTP server with STARTTLS that keeps letters. */
export async function mailReceiver({
  tls,
  refuse,
}: {
  /** Offers STARTTLS with it. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly refuse?: string;
}) {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    ...(tls ?? { hideSTARTTLS: true }),
    authOptional: true,
    logger: false,
    onAuth: ({ username, password }, _session, answer) =>
      answer(password === 'sesame' ? null : new Error('no'), { user: username }),
    onRcptTo: ({ address }, _session, answer) => {
      if (address !== refuse) return answer();
      answer(Object.assign(new Error('nobody of that name'), { responseCode: 550 }));
    },
    onData: (stream, session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user as string | undefined,
          isSecure: session.secure,
          text: Buffer.concat(chunks).toString(),
        });
        answer();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, letters, close: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}
