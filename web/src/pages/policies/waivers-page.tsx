import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { Waiver } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { ChoiceFilter, Filters } from '../../parts/filters.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure, Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted, shortDigest } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';

const states = ['requested', 'approved', 'refused', 'withdrawn', 'expired'] as const;

/** Exceptions: asked for, running out, without use. */
export function WaiversPage() {
  useTitle('Waivers');
  const search = useSearch({ from: '/frame/waivers' });
  const navigate = useNavigate();
  const waivers = usePages<Waiver>(['waivers'], '/v1/waivers', { state: search.state, image: search.image });
  return (
    <>
      <header className="page-head">
        <h1>Waivers</h1>
        <NewsPill kinds={['waiver']} since={waivers.readAt} onShow={waivers.refresh} />
      </header>
      <Filters>
        <ChoiceFilter
          label="State"
          value={search.state}
          options={states.map((state) => [state, state] as const)}
          onChange={(state) => void navigate({ to: '/waivers', search: { ...search, state }, replace: true })}
        />
      </Filters>
      {waivers.error !== null && <Failure error={waivers.error} what="the waivers" onRetry={waivers.refresh} />}
      {waivers.isLoading && <Skeleton rows={5} height={64} />}
      {!waivers.isLoading && waivers.error === null && waivers.rows.length === 0 && (
        <Empty>
          {search.state === undefined
            ? 'No exception has been asked for. Each violation on an image’s page has a button for it.'
            : `No waiver is ${search.state}.`}
        </Empty>
      )}
      <ul className="cards">
        {waivers.rows.map((waiver) => (
          <li key={waiver.id}>
            <WaiverCard waiver={waiver} onDone={waivers.refresh} />
          </li>
        ))}
      </ul>
      {waivers.moreError !== null && (
        <Failure error={waivers.moreError} what="more than these, or newer ones" onRetry={waivers.retryMore} />
      )}
      {waivers.hasMore && waivers.moreError === null && (
        <button type="button" className="button" onClick={waivers.fetchMore}>
          Older
        </button>
      )}
    </>
  );
}

/** Approved ones that end within two weeks, or that cover nothing, want a look. */
function noteOf({ state, expires, covers }: Waiver): string | undefined {
  if (state !== 'approved') return undefined;
  if (expires !== undefined && Date.parse(expires) - Date.now() < 14 * 86_400_000) return 'runs out soon';
  return covers === 0 ? 'covers nothing' : undefined;
}

/** What it lets through: `fixable-severity: CVE-2024-6119 in openssl@3.0.11`. */
function titleOf({ id, about }: Waiver): string {
  const { rule, finding, path } = about;
  const what = [finding, about.package ?? path].filter((part) => part !== undefined).join(' in ');
  return what === '' && rule === undefined
    ? id
    : [rule, what].filter((part) => part !== undefined && part !== '').join(': ');
}

function WaiverCard({ waiver, onDone }: { readonly waiver: Waiver; readonly onDone: () => void }) {
  const note = noteOf(waiver);
  return (
    <Panel
      title={titleOf(waiver)}
      aside={
        <>
          {note !== undefined && <span className="flag">{note}</span>}
          <span className="tag">{waiver.state}</span>
        </>
      }
    >
      <p>{waiver.reason}</p>
      <p className="dots">
        <span>
          {`asked for by ${waiver.requestedBy} `}
          <TimeAgo at={waiver.requestedAt} />
        </span>
        <span>{`owner ${waiver.owner}`}</span>
        <span>
          {waiver.expires === undefined ? (
            'without an end'
          ) : (
            <>
              ends <TimeAgo at={waiver.expires} />
            </>
          )}
        </span>
        {waiver.state === 'approved' && <span>{`covers ${counted(waiver.covers, 'verdict')}`}</span>}
        {waiver.image !== undefined && (
          <span>
            <Link to="/images/$digest" params={{ digest: waiver.image }}>
              {waiver.imageName ?? `image ${shortDigest(waiver.image)}`}
            </Link>
          </span>
        )}
      </p>
      {waiver.decidedBy !== undefined && (
        <p className="soft">
          {`${waiver.state} by ${waiver.decidedBy}${waiver.decision === undefined ? '' : `: ${waiver.decision}`} `}
          {waiver.decidedAt !== undefined && <TimeAgo at={waiver.decidedAt} />}
        </p>
      )}
      <details className="as-table">
        <summary>{`As it stands in the policy: ${waiver.id}`}</summary>
        <pre className="code" tabIndex={0}>
          {waiver.text}
        </pre>
      </details>
      <Decide waiver={waiver} onDone={onDone} />
    </Panel>
  );
}

type Decision = 'approve' | 'refuse' | 'withdraw';

const decisionWords: Readonly<Record<Decision, string>> = {
  approve: 'Approve',
  refuse: 'Refuse',
  withdraw: 'Withdraw',
};

function Decide({ waiver, onDone }: { readonly waiver: Waiver; readonly onDone: () => void }) {
  const mayDecide = useMay('waiver.decide');
  const mayAsk = useMay('waiver.request');
  const [why, setWhy] = useState('');
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      send<Waiver>('POST', `/v1/waivers/${encodeURIComponent(waiver.id)}/${decision}`, { body: { why } }),
    onSuccess: async () => {
      setWhy('');
      onDone();
      await client.invalidateQueries({ queryKey: ['image'] });
    },
  });
  const offered: readonly Decision[] =
    waiver.state === 'requested'
      ? mayDecide && !waiver.isYours
        ? // Two pairs of eyes: nobody approves what they asked for.
          ['approve', 'refuse']
        : mayAsk
          ? ['withdraw']
          : []
      : waiver.state === 'approved' && (mayDecide || mayAsk)
        ? ['withdraw']
        : [];
  if (offered.length === 0)
    return waiver.state === 'requested' && mayDecide ? (
      <p className="soft">You asked for it: somebody else decides.</p>
    ) : null;
  return (
    <form className="scan-form" onSubmit={(event) => event.preventDefault()}>
      <label className="field is-grown">
        <span>
          Why<span className="unseen">{`, for ${waiver.id}`}</span>
        </span>
        <input className="input" value={why} onChange={(event) => setWhy(event.target.value)} autoComplete="off" />
      </label>
      {offered.map((decision) => (
        <button
          key={decision}
          type="button"
          className={decision === 'approve' ? 'button is-main' : 'button'}
          disabled={why.trim() === '' || decide.isPending}
          onClick={() => decide.mutate(decision)}
        >
          {decisionWords[decision]}
          <span className="unseen">{` ${waiver.id}`}</span>
        </button>
      ))}
      <Refusal error={decide.error} />
    </form>
  );
}
