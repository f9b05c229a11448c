import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { Waiver } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Refusal } from '../../parts/states.tsx';

interface WaiverDialogProps {
  /** The YAML that the violation carries. */
  readonly text: string;
  readonly what: string;
  readonly image: string;
  readonly finding?: string;
  readonly onClose: () => void;
}

/** Asks for an exception: why, and until when. Somebody else decides. */
export function WaiverDialog({ text, what, image, finding, onClose }: WaiverDialogProps) {
  const [yaml, setYaml] = useState(text);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
  const ask = useMutation({
    mutationFn: () =>
      send<Waiver>('POST', '/v1/waivers', {
        body: {
          text: yaml,
          reason,
          image,
          ...(finding === undefined ? {} : { finding }),
          ...(until === '' ? {} : { expires: until }),
        },
      }),
  });
  return (
    <Dialog title="Ask for a waiver" onClose={onClose} wide>
      {ask.data !== undefined ? (
        <p role="status">
          {'Asked for. Whoever may decide sees it under '}
          <Link to="/waivers" search={{ state: 'requested' }}>
            Waivers
          </Link>
          ; the verdict stays as it is until then.
        </p>
      ) : (
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
            <span>Until</span>
            <input className="input" type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
          </label>
          <label className="field">
            <span>As it will stand in the policy</span>
            <textarea
              className="input is-code"
              rows={9}
              value={yaml}
              onChange={(event) => setYaml(event.target.value)}
              spellCheck={false}
            />
          </label>
          <Refusal error={ask.error} />
          <p className="form-foot">
            <button type="submit" className="button is-main" disabled={reason.trim() === '' || ask.isPending}>
              Ask for it
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}
