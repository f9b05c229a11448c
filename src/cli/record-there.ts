import { verdictIn, type ServerClient } from '../flows/server-client/index.ts';
import { CodedError, type ImageRecord, type Verdict } from '../model/index.ts';
import { renderJson, renderSarif, renderTable } from '../report/index.ts';
import { ask } from './ask-server.ts';
import { statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';
import { writeReport } from './write-reports.ts';

export interface RecordFlags extends ServerFlags {
  readonly scope?: string;
  readonly format: 'table' | 'json' | 'sarif';
  readonly output?: string;
  readonly exitZero?: boolean;
}

/** Prints what a server keeps of an image as a scan would, with the server's verdict. */
export async function showRecord(image: string, flags: RecordFlags, io: Io): Promise<void> {
  const { record, verdict } = await withServer(flags, io, async (server) => {
    const digest = await digestOf(server, image);
    const kept = (await ask(server, 'getRecord', { params: { digest } })) as unknown as ImageRecord;
    const { items } = await ask(server, 'listVerdicts', { params: { digest } });
    const verdicts = items.map((each) => each.verdict as unknown as Verdict);
    return { record: kept, verdict: verdictIn(verdicts, flags.scope, server.url) };
  });
  io.exitStatus = flags.exitZero === true ? 0 : statusOfVerdict(verdict.result);
  await writeReport(textOf(record, verdict, image, flags, io), flags.output, io);
}

function textOf(record: ImageRecord, verdict: Verdict, image: string, flags: RecordFlags, io: Io): string {
  const { format, output } = flags;
  if (format === 'json') return renderJson({ record, verdict });
  if (format === 'sarif') return renderSarif({ record, verdict });
  return renderTable({
    ...{ record, verdict, reference: image, now: io.now },
    columns: output === undefined ? io.columns : 100,
    color: io.color && output === undefined,
  });
}

/** The digest of what somebody names. @throws CodedError `not-found`, `image-ambiguous` */
async function digestOf(server: ServerClient, image: string): Promise<string> {
  if (/^sha256:[0-9a-f]{64}$/.test(image)) return image;
  const { items } = await ask(server, 'listImages', { query: { q: image, limit: 100 } });
  const hex = image.replace(/^sha256:/, '');
  const called = items.filter(({ references }) => references.includes(image));
  const found =
    called.length > 0 ? called : items.filter(({ digest }) => digest.slice('sha256:'.length).startsWith(hex));
  // Names move on: the one that was kept last is what it means now.
  const first = found[0];
  if (first === undefined)
    throw new CodedError('not-found', `${server.url} keeps no image ${image}`, {
      hint: 'plimsoll scan IMAGE --server sends its record',
    });
  return first.digest;
}
