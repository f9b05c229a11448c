import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { meQuery } from '../../api/queries.ts';
import type { Waiver } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Refusal } from '../../parts/states.tsx';

interface WaiverDialogProps {
  /** The YAML that the violation carries, with places to fill in. */
  readonly text: string;
  readonly what: string;
  readonly image: string;
  readonly finding?: string;
  readonly onClose: () => void;
}

/** Asks for an exception: why, who answers for it, until when. Somebody else decides. */
export function WaiverDialog({ text, what, image, finding, onClose }: WaiverDialogProps) {
  const { data: me } = useQuery(meQuery);
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState(me?.actor.name ?? '');
  const [until, setUntil] = useState(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  const yaml = filled(text, { owner, reason, expires: until });
  const ask = useMutation({
    mutationFn: () =>
      send<Waiver>('POST', '/v1/waivers', {
        body: { text: yaml, reason, image, ...(finding === undefined ? {} : { finding }) },
      }),
  });
  if (ask.data !== undefined)
    return (
      <Dialog title="Ask for a waiver" onClose={onClose} wide>
        <p role="status">
          {'Asked for. Whoever may decide sees it under '}
          <Link to="/waivers" search={{ state: 'requested' }}>
            Waivers
          </Link>
          ; the verdict stays as it is until then.
        </p>
      </Dialog>
    );
  return (
    <Dialog title="Ask for a waiver" onClose={onClose} wide>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <p>{what}</p>
        <label className="field">
          <span>Why it can be borne for now</span>
          <textarea
            className="input"
            rows={3}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <label className="field">
          <span>Who answers for it</span>
          <input className="input" required value={owner} onChange={(event) => setOwner(event.target.value)} />
        </label>
        <label className="field">
          <span>Until</span>
          <input className="input" type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </label>
        <details className="as-table">
          <summary>As it will stand in the policy</summary>
          <pre className="code" tabIndex={0}>
            {yaml}
          </pre>
        </details>
        <Refusal error={ask.error} />
        <p className="form-foot">
          <button
            type="submit"
            className="button is-main"
            disabled={reason.trim() === '' || owner.trim() === '' || ask.isPending}
          >
            Ask for it
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** The YAML with its places filled in; a place for which there is nothing goes. A JSON string is a YAML string. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const [, indent, key] = /^(\s+)(owner|reason|expires):/.exec(line) ?? [];
      if (indent === undefined || key === undefined) return [line];
      const value = values[key]!.trim();
      return value === '' ? [] : [`${indent}${key}: ${key === 'expires' ? value : JSON.stringify(value)}`];
    })
    .join('\n');
}
