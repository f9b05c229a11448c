import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { address, send } from '../../api/client.ts';
import { advisoriesQuery } from '../../api/queries.ts';
import type { AdvisoryImport } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Command, Failure, Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';

/** What images are judged by, how old it is, and a way to take in more. */
export function AdvisoriesPanel() {
  const mayImport = useMay('advisories.write', 'every team');
  const { data, error, refetch } = useQuery(advisoriesQuery);
  return (
    <Panel title="Advisories">
      {error !== null && <Failure error={error} what="the state of the advisories" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data !== undefined && !data.present && (
        <p className="empty">There are none: what is known to be vulnerable cannot be told until some are imported.</p>
      )}
      {data?.present === true && (
        <p className="dots">
          {data.advisories !== undefined && <span>{counted(data.advisories, 'advisory', 'advisories')}</span>}
          {data.builtAt !== undefined && (
            <span>
              <TimeAgo at={data.builtAt} old />
            </span>
          )}
          {data.databaseDigest !== undefined && (
            <code title={data.databaseDigest}>{data.databaseDigest.replace(/^sha256:/, '').slice(0, 12)}</code>
          )}
        </p>
      )}
      {data !== undefined && data.ecosystems.length > 0 && (
        <details className="as-table">
          <summary>{counted(data.ecosystems.length, 'ecosystem')}</summary>
          <ul className="plain-list">
            {data.ecosystems.map(({ name, advisories }) => (
              <li key={name}>{`${name}: ${count(advisories)}`}</li>
            ))}
          </ul>
        </details>
      )}
      {mayImport && <Import />}
    </Panel>
  );
}

/** A file as the server takes it: zip, or JSON with a document a line, which a file of one advisory seldom is. */
async function feedOf(file: File): Promise<Blob> {
  if (/\.zip$/i.test(file.name)) return file.slice(0, file.size, 'application/zip');
  if (/\.json$/i.test(file.name))
    try {
      const line = JSON.stringify(JSON.parse(await file.text()));
      return new Blob([line, '\n'], { type: 'application/octet-stream' });
    } catch {
      // Lines of JSON under another name: as they are.
    }
  return file.slice(0, file.size, 'application/octet-stream');
}

function Import() {
  const file = useRef<HTMLInputElement>(null);
  const [day, setDay] = useState('');
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: async (chosen: File) =>
      send<AdvisoryImport>('POST', address('/v1/advisories/import', { builtAt: day }), { body: await feedOf(chosen) }),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <>
      <label className="field said">
        <span>Date of these advisories, where you know it; else that of the newest</span>
        <input
          className="input is-small"
          type="date"
          value={day}
          disabled={take.isPending}
          onChange={(event) => setDay(event.target.value)}
        />
      </label>
      <label className="field">
        <span>Import OSV advisories: JSON, lines of JSON or a zip</span>
        <input
          ref={file}
          className="input"
          type="file"
          accept=".json,.jsonl,.ndjson,.zip"
          disabled={take.isPending}
          onChange={() => {
            const chosen = file.current?.files?.[0];
            if (chosen !== undefined) take.mutate(chosen);
          }}
        />
      </label>
      <Refusal error={take.error} />
      <p role="status">
        {take.isPending && 'Importing, and judging again…'}
        {take.data !== undefined &&
          `${counted(take.data.read, 'advisory', 'advisories')} read, ${count(take.data.changed)} new or changed; ${counted(take.data.judged, 'image')} judged again, ${counted(take.data.turned, 'verdict')} turned. The database is of ${take.data.builtAt.slice(0, 10)} now.`}
      </p>
      <p className="soft">
        On the server&rsquo;s machine: <Command text="plimsoll db update" />
      </p>
    </>
  );
}
