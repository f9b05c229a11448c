import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeDatabase } from '../../flows/advisories/index.ts';
import { CodedError } from '../../model/index.ts';
import { runProgram } from '../../flows/scan-job/index.ts';
import type { Advisories, AdvisoryImport } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { eventBy, forEveryTeam, type Service } from '../service.ts';
import { known } from './shapes.ts';

/** The advisory database of this server: what it holds, and more of it. */
export function advisoryHandlers(service: Service): Pick<Handlers, 'getAdvisories' | 'importAdvisories'> {
  const { options, now } = service;
  return {
    async getAdvisories() {
      return Promise.resolve(describe(options.database, now()));
    },
    async importAdvisories({ request, query, identity, from }) {
      forEveryTeam(identity, 'advisories are');
      const { body } = request;
      if (!(body instanceof Readable))
        throw new CodedError('media-type', 'advisories come as a file', { kind: 'usage' });
      const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-import-'));
      try {
        const file = await written(body, folder);
        const before = service.judgedSoFar();
        const dated = query.builtAt === undefined ? [] : ['--built-at', query.builtAt];
        const output = await runProgram({
          program: options.program,
          args: ['db', 'import', file, ...dated, '--db', options.database, '--format', 'json', '--quiet'],
          cwd: folder,
          env: options.env,
          signal: new AbortController().signal,
          timeoutMs: 30 * 60_000,
        });
        const report = JSON.parse(output) as {
          readonly digest: string;
          readonly records: number;
          readonly added: number;
          readonly builtAt: string;
          readonly datedBy: AdvisoryImport['datedBy'];
        };
        const { digest, records: read, added: changed, builtAt, datedBy } = report;
        const subject = { kind: 'advisories', name: digest };
        const details = { read, changed, builtAt, datedBy };
        // Before what comes of it, which has entries of its own.
        await service.ledger.append(eventBy(identity, from, { action: 'advisories.import', subject, details }));
        await service.judgeAgainNow();
        // A run that was under way may have found the new database first: what it did counts.
        const after = service.judgedSoFar();
        const earlier = after.databaseDigest === before.databaseDigest ? before : { judged: 0, turned: 0 };
        const [judged, turned] = [after.judged - earlier.judged, after.turned - earlier.turned];
        return { read, changed, judged, turned, databaseDigest: digest, builtAt, ...known({ datedBy }) };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The upload as a file, named for what its first bytes say that it is, whatever its media type. */
async function written(body: Readable, folder: string): Promise<string> {
  const file = path.join(folder, 'upload');
  await pipeline(body, createWriteStream(file));
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close());
  const magic = buffer.toString('latin1', 0, bytesRead);
  const named = path.join(
    folder,
    magic === 'PK' ? 'advisories.zip' : magic === '\x1f\x8b' ? 'advisories.json.gz' : 'advisories.json',
  );
  await rename(file, named);
  return named;
}

function describe(file: string, now: Date): Advisories {
  if (!existsSync(file)) return { present: false, ecosystems: [] };
  const { digest, builtAt, datedBy, ageSeconds, advisories, ecosystems } = describeDatabase(file, now, {
    verify: false,
  });
  return {
    present: true,
    databaseDigest: digest,
    builtAt,
    ...(datedBy === undefined ? {} : { datedBy }),
    ageHours: Math.round(ageSeconds / 360) / 10,
    advisories,
    ecosystems: ecosystems.map((each) => each as never),
  };
}
