import type { ServerClient } from '../flows/server-client/index.ts';
import { nobodysTrustRoot } from '../flows/trust-root/index.ts';
import { CodedError, parseDigest, type Verification } from '../model/index.ts';
import { ask } from './ask-server.ts';
import { digestThere } from './digest-there.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

/** What a server says of an image; one of which it has no record can't be told. */
export async function verifyThere(image: string, flags: ServerFlags, io: Io): Promise<Verification> {
  return withServer(flags, io, async (server) => {
    try {
      const digest = await digestThere(server, image.replace(/^registry:/, ''));
      return (await ask(server, 'getVerification', { params: { digest } })) as unknown as Verification;
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'not-found') throw error;
      return withoutRecord(image, server.url, await trustThere(server));
    }
  });
}

/** Whom the server trusts; nobody where it has no trust root. */
async function trustThere(server: ServerClient): Promise<Verification['evidence']['trustRoot']> {
  try {
    const { name, digest } = await ask(server, 'getTrust');
    return { name, digest: parseDigest(digest)! };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'not-found') throw error;
    const { name, digest } = nobodysTrustRoot;
    return { name, digest };
  }
}

function withoutRecord(image: string, url: string, trustRoot: Verification['evidence']['trustRoot']): Verification {
  const digest = parseDigest(image.split('@', 2)[1] ?? image);
  return {
    ...{ image, ...(digest === undefined ? {} : { digest }), repository: '', result: 'cannot-tell' },
    steps: [
      {
        ...{ step: 'signature', result: 'cannot-tell', code: 'no-record' },
        what: `${url} keeps no record of it`,
        mend: 'have the server scan it in its registry',
      },
    ],
    evidence: {
      trustRoot,
      ...{ repository: '', signatures: [], attestations: [], refused: [] },
    },
  };
}
