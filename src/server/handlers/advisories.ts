import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeDatabase } from '../../flows/advisories/index.ts';
import { CodedError } from '../../model/index.ts';
import { runProgram } from '../../flows/scan-job/index.ts';
import type { Advisories } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { eventBy, type Service } from '../service.ts';

/** The advisory database of this server: what it holds, and more of it. */
export function advisoryHandlers(service: Service): Pick<Handlers, 'getAdvisories' | 'importAdvisories'> {
  const { options, now } = service;
  return {
    async getAdvisories() {
      return Promise.resolve(describe(options.database, now()));
    },
    async importAdvisories({ request, identity, from }) {
      const { body } = request;
      if (!(body instanceof Readable))
        throw new CodedError(
          'media-type',
          'advisories come as application/octet-stream, application/x-ndjson or application/zip',
          {
            kind: 'usage',
          },
        );
      const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-import-'));
      try {
        const file = path.join(folder, fileNameOf(request.headers['content-type'] ?? ''));
        await pipeline(body, createWriteStream(file));
        const output = await runProgram({
          program: options.program,
          args: ['db', 'import', file, '--db', options.database, '--format', 'json', '--quiet'],
          cwd: folder,
          env: options.env,
          signal: new AbortController().signal,
          timeoutMs: 30 * 60_000,
        });
        const report = JSON.parse(output) as {
          readonly digest: string;
          readonly records: number;
          readonly added: number;
        };
        const { judged, turned } = await service.judgeAgainNow();
        const { digest, records: read, added: changed } = report;
        const subject = { kind: 'advisories', name: digest };
        await service.ledger.append(
          eventBy(identity, from, { action: 'advisories.import', subject, details: { read, judged, turned } }),
        );
        return { read, changed, judged, turned, databaseDigest: digest };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function fileNameOf(type: string): string {
  return type.startsWith('application/zip') ? 'advisories.zip' : 'advisories.jsonl';
}

function describe(file: string, now: Date): Advisories {
  if (!existsSync(file)) return { present: false, ecosystems: [] };
  const { digest, builtAt, ageSeconds, advisories, ecosystems } = describeDatabase(file, now, { verify: false });
  return {
    present: true,
    databaseDigest: digest,
    builtAt,
    ageHours: Math.round(ageSeconds / 360) / 10,
    advisories,
    ecosystems: ecosystems.map((each) => each as never),
  };
}
