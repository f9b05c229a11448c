import { verdictIn } from '../flows/server-client/index.ts';
import type { ImageRecord, Verdict } from '../model/index.ts';
import { renderJson, renderSarif, renderTable } from '../report/index.ts';
import { ask } from './ask-server.ts';
import { statusOfVerdict } from './exit-status.ts';
import { digestThere } from './digest-there.ts';
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
    const digest = await digestThere(server, image);
    // With the findings that the verdict is about: those of the server's advisories of now.
    const query = { now: 'true' } as const;
    const kept = (await ask(server, 'getRecord', { params: { digest }, query })) as unknown as ImageRecord;
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
