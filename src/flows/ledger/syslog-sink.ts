import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../model/index.ts';
import { isUnknownAuthority, networkMessage, trustHint } from '../../network/index.ts';
import type { OpenSink } from './sinks.ts';

export interface SyslogOptions {
  readonly signal: AbortSignal;
  /** How often a receiver that is not there is asked. Default 6, over about a minute. */
  readonly tries?: number;
}

const silenceMs = 30_000;
const usualPorts: Readonly<Record<string, number>> = { 'tcp:': 601, 'tls:': 6514 };

/**
 * Sends lines of syslog over TCP (RFC 6587 § 3.4.1) or TLS (RFC 5425), each behind its length. Syslog confirms nothing. So each part
 * has a connection of its own, which we end: it counts as taken once the receiver, having read up to there, ended it too.
 * @param address `tcp://HOST[:PORT]`, `tls://HOST[:PORT]`.
 * @throws CodedError `syslog-address`
 */
export function openSyslogSink(address: string, { signal, tries = 6 }: SyslogOptions): OpenSink {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const usualPort = url === undefined ? undefined : usualPorts[url.protocol];
  if (url === undefined || usualPort === undefined || url.hostname === '' || !['', '/'].includes(url.pathname))
    throw new CodedError('syslog-address', `${address} is no address of a syslog receiver`, {
      kind: 'usage',
      hint: 'tcp://HOST:PORT or tls://HOST:PORT; over UDP nobody could tell what arrived',
    });
  const place: Place = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usualPort : Number(url.port),
    isTls: url.protocol === 'tls:',
  };
  return {
    bytes: 0,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    async take({ text }) {
      const framed = framesOf(text);
      for (let attempt = 1, pauseMs = 1000; ; attempt++, pauseMs *= 2) {
        const error = await send(place, framed, signal).then(
          () => undefined,
          (cause: unknown) => cause as Error & { readonly code?: string },
        );
        if (error === undefined) return;
        signal.throwIfAborted();
        const isForGood = isUnknownAuthority(error) || error.code?.startsWith('ERR_TLS_') === true;
        if (isForGood || attempt >= tries)
          throw new CodedError(
            'syslog-failed',
            `the syslog receiver did not take the entries: ${networkMessage(error, url.host)}`,
            {
              hint: isForGood
                ? trustHint(error.code, {
                    authority: 'into the system’s store of certificates, or NODE_EXTRA_CA_CERTS',
                  })
                : 'run the same command again with --cursor: it goes on behind what was taken',
              cause: error,
            },
          );
        await sleep(pauseMs, undefined, { signal });
      }
    },
  };
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Lines as octet-counted frames: nothing within one can pass for the end of it. */
function framesOf(text: string): Buffer {
  const lines = text.split('\n').filter((line) => line !== '');
  return Buffer.from(lines.map((line) => `${Buffer.byteLength(line)} ${line}`).join(''));
}

async function send(place: Place, bytes: Buffer, signal: AbortSignal): Promise<void> {
  const socket = await connect(place);
  const stop = (): void => void socket.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let isSent = false;
      let hasEnded = false;
      socket.setTimeout(silenceMs, () => socket.destroy(new Error(`no answer for ${silenceMs / 1000} s`)));
      socket.once('error', reject);
      // Whoever hangs up before all was sent has not read it.
      socket.once('end', () => (isSent ? (hasEnded = true) : socket.destroy(new Error('it hung up'))));
      socket.once('close', () => (hasEnded ? resolve() : reject(new Error('it hung up before it had read all'))));
      socket.resume();
      socket.once(place.isTls ? 'secureConnect' : 'connect', () => socket.end(bytes, () => (isSent = true)));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function connect({ host, port, isTls }: Place): Promise<Socket> {
  if (!isTls) return (await import('node:net')).connect({ host, port });
  const tls = await import('node:tls');
  const ca = [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  const isName = (await import('node:net')).isIP(host) === 0;
  return tls.connect({ host, port, ca, minVersion: 'TLSv1.2', ...(isName ? { servername: host } : {}) });
}
