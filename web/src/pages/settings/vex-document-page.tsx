import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { VexDetail } from '../../api/contract.ts';
import { vexQuery } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Digest } from '../../parts/digest.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { SettingsTabs } from './settings-tabs.tsx';
import { VexStatements } from './vex-statements.tsx';
import { countsFor } from './vex-words.ts';

/** One document: what it says, of which images, who sent it and why. */
export function VexDocumentPage() {
  const { id } = useParams({ from: '/frame/settings/vex/$id' });
  const { sent } = useSearch({ from: '/frame/settings/vex/$id' });
  const { data, error, refetch } = useQuery(vexQuery(id));
  useTitle(data?.name ?? 'VEX document');
  const mayWrite = useMay('vex.write');
  const [isRemoving, setRemoving] = useState(false);
  return (
    <>
      <header className="page-head">
        <h1 className="wrap">{data?.name ?? 'VEX document'}</h1>
        {mayWrite && data !== undefined && (
          <button type="button" className="button" onClick={() => setRemoving(true)}>
            Remove it
          </button>
        )}
      </header>
      <SettingsTabs />
      {error !== null && (
        <Failure
          error={error}
          what="this VEX document"
          onRetry={() => void refetch()}
          action={<Link to="/settings/vex">See those that there are</Link>}
        />
      )}
      {data === undefined && error === null && <Skeleton rows={8} />}
      {data !== undefined && <Document vex={data} sent={sent} />}
      {isRemoving && data !== undefined && <Remove vex={data} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Document({ vex, sent }: { readonly vex: VexDetail; readonly sent: string | undefined }) {
  return (
    <>
      <p role="status">
        {sent === 'new' && 'Taken in. Images that it is about have been judged again.'}
        {sent === 'same' && 'The same was kept already: nothing has changed.'}
      </p>
      <p className="dots">
        <span>
          {'counts for '}
          {vex.image === undefined ? (
            countsFor(vex)
          ) : (
            <Link to="/images/$digest" params={{ digest: vex.image }}>
              {countsFor(vex)}
            </Link>
          )}
        </span>
        <span>
          {`sent by ${vex.sentBy} `}
          <TimeAgo at={vex.sentAt} />
        </span>
        <span>{`by ${vex.authors.join(', ')}`}</span>
        <Digest value={vex.digest} />
        <span className="soft">{vex.why}</span>
      </p>
      {vex.complaints.length > 0 && (
        <div className="caveat">
          <p>
            <strong>{`${counted(vex.complaints.length, 'part')} of it could not be used:`}</strong>
          </p>
          <ul className="plain-list">
            {vex.complaints.map((complaint) => (
              <li key={complaint} className="wrap">
                {complaint}
              </li>
            ))}
          </ul>
        </div>
      )}
      <VexStatements vex={vex} />
      <Touched vex={vex} />
      <details className="as-table">
        <summary>As it was sent</summary>
        <pre className="code" tabIndex={0}>
          {vex.text}
        </pre>
      </details>
    </>
  );
}

/** Images of which something in it speaks; whether they have such a finding is on their pages. */
function Touched({ vex: { images, touches } }: { readonly vex: VexDetail }) {
  return (
    <Panel title="Images it is about" aside={<span className="soft">{counted(touches, 'image')}</span>}>
      {touches === 0 ? (
        <p className="empty">
          No image that is kept here is named in it, and none has a package that it names. It counts as soon as one is
          scanned.
        </p>
      ) : (
        <ul className="plain-list">
          {images.map(({ digest, name }) => (
            <li key={digest} className="wrap">
              <Link to="/images/$digest" params={{ digest }} search={{ tab: 'findings' }}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {touches > images.length && <p className="soft">{`and ${counted(touches - images.length, 'other')}`}</p>}
    </Panel>
  );
}

function Remove({ vex, onClose }: { readonly vex: VexDetail; readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <Confirm
      title={`Remove ${vex.name}`}
      meaning={`What it clears counts again: ${counted(vex.touches, 'image')} will be judged anew.`}
      name={vex.name}
      button="Remove it"
      asksWhy
      onConfirm={async (why) => {
        await send('DELETE', `/v1/vex/${encodeURIComponent(vex.id)}?${new URLSearchParams({ why }).toString()}`);
        await navigate({ to: '/settings/vex', replace: true });
        for (const key of ['vex', 'image', 'fleet']) await client.invalidateQueries({ queryKey: [key] });
      }}
      onClose={onClose}
    />
  );
}
