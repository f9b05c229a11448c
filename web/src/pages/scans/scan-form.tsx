import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, send } from '../../api/client.ts';
import type { Job } from '../../api/contract.ts';
import { Refusal } from '../../parts/states.tsx';
import { bytes } from '../../parts/words.ts';

/** Has the server scan an image and shows how far it is. `onAsked`: the server has taken the scan on. */
export function ScanForm({ reference = '', onAsked }: { readonly reference?: string; readonly onAsked?: () => void }) {
  const [text, setText] = useState(reference);
  const [id, setId] = useState<string>();
  const request = useMutation({
    mutationFn: (image: string) =>
      send<Job>('POST', '/v1/scans', {
        body: { reference: image },
        headers: { 'idempotency-key': newKey() },
      }),
    onSuccess: (job) => {
      setId(job.id);
      onAsked?.();
    },
  });
  return (
    <form
      className="scan-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') request.mutate(text.trim());
      }}
    >
      <label className="field is-grown">
        <span>Image</span>
        <input
          className="input"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="registry.example.com/shop/cart:1.8.2"
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <button type="submit" className="button is-main" disabled={text.trim() === '' || request.isPending}>
        Scan
      </button>
      <Refusal error={request.error} />
      {id !== undefined && <JobLine id={id} />}
    </form>
  );
}

/** A scan in one line; live events keep it current, and it is asked for where they don't come. */
function JobLine({ id }: { readonly id: string }) {
  const { data: job } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => get<Job>(`/v1/scans/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (isOver(state.data) ? false : 1500),
  });
  if (job === undefined) return null;
  return (
    <p className="job-line" role="status">
      <JobWords job={job} />
    </p>
  );
}

export function isOver(job: Job | undefined): boolean {
  return job !== undefined && job.state !== 'queued' && job.state !== 'running';
}

export function JobWords({ job }: { readonly job: Job }) {
  const { stage, doneBytes, totalBytes } = job.progress;
  if (job.state === 'done')
    return job.image === undefined ? (
      <>done</>
    ) : (
      <Link to="/images/$digest" params={{ digest: job.image }}>{`Done: ${job.reference}`}</Link>
    );
  if (job.state === 'failed')
    return (
      <>{`Failed: ${job.error?.message ?? 'no reason given'}${job.error?.hint === undefined ? '' : `. ${job.error.hint}`}`}</>
    );
  if (job.state === 'cancelled') return <>cancelled</>;
  if (job.state === 'queued') return <>waiting for its turn</>;
  return (
    <span className="job-progress">
      {totalBytes !== undefined && totalBytes > 0 && (
        <progress value={doneBytes} max={totalBytes} aria-label={`Scan of ${job.reference}`} />
      )}
      {stage}
      {doneBytes > 0 && ` ${bytes(doneBytes)}${totalBytes === undefined ? '' : ` of ${bytes(totalBytes)}`}`}
    </span>
  );
}

/** Sent again by accident, the same request is one scan. `randomUUID` is only there on HTTPS and loopback. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
