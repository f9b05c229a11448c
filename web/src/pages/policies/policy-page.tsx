import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, send } from '../../api/client.ts';
import { policyQuery, policyVersionsQuery } from '../../api/queries.ts';
import type { PolicyDetail } from '../../api/contract.ts';
import { CheckLine } from '../../parts/check-line.tsx';
import { Editor } from '../../parts/editor.tsx';
import { ChoiceFilter } from '../../parts/filters.tsx';
import { KeepUnsaved } from '../../parts/keep-unsaved.tsx';
import { SaveText } from '../../parts/save-text.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { ago } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { completionsAt } from './completions.ts';
import { JudgedAs } from './judged-as.tsx';
import { Simulation } from './simulation.tsx';
import { usePolicyCheck } from './use-policy-check.ts';

/** What would happen if I changed this? */
export function PolicyPage() {
  const { name } = useParams({ from: '/frame/policies/$name' });
  const { version } = useSearch({ from: '/frame/policies/$name' });
  useTitle(`Policy ${name}`);
  const number = version === undefined ? undefined : Number(version);
  const { data, error, refetch } = useQuery(policyQuery(name, number));
  const [saved, setSaved] = useState<number>();
  const mayWrite = useMay('policy.write', 'every team');
  const isNew = mayWrite && error instanceof ApiError && error.status === 404 && version === undefined;
  if (error !== null && !isNew && data === undefined)
    return (
      <>
        <h1>{name}</h1>
        <Failure
          error={error}
          what={`the policy ${name}`}
          onRetry={() => void refetch()}
          action={<Link to="/policies">See the policies that there are</Link>}
        />
      </>
    );
  if (data === undefined && !isNew)
    return (
      <>
        <h1>{name}</h1>
        <Skeleton rows={16} height={20} />
      </>
    );
  return (
    <PolicyWork
      key={`${name}/${data?.value.version ?? 0}`}
      name={name}
      policy={data?.value}
      etag={data?.etag}
      saved={saved}
      onSaved={setSaved}
    />
  );
}

interface WorkProps {
  readonly name: string;
  readonly policy: PolicyDetail | undefined;
  readonly etag: string | undefined;
  /** The version that was saved from here last. */
  readonly saved: number | undefined;
  readonly onSaved: (version: number) => void;
}

function PolicyWork({ name, policy, etag, saved, onSaved }: WorkProps) {
  const mayWrite = useMay('policy.write', 'every team');
  const { version } = useSearch({ from: '/frame/policies/$name' });
  const was = policy?.text ?? newPolicyText(name);
  const [text, setText] = useState(was);
  const check = usePolicyCheck(text);
  const scopes = check.data?.scopes ?? [];
  const isChanged = text !== was || policy === undefined;
  const client = useQueryClient();
  const save = async (why: string): Promise<void> => {
    const kept = await send<PolicyDetail>('PUT', `/v1/policies/${encodeURIComponent(name)}`, {
      body: { text, why },
      ...(etag === undefined ? {} : { headers: { 'if-match': etag } }),
    });
    onSaved(kept.version);
    await client.invalidateQueries({ queryKey: ['policy', name] });
    await client.invalidateQueries({ queryKey: ['policies'] });
  };
  return (
    <>
      <header className="page-head">
        <h1>{name}</h1>
        {policy?.active === true && <span className="tag is-endorsed">images are judged by it</span>}
        {policy !== undefined && <Versions name={name} />}
      </header>
      {policy !== undefined && <About policy={policy} />}
      <div className="policy">
        <section className="policy-text" aria-label="Policy text">
          <Editor
            label="Policy, YAML; control and space complete a word"
            completionsAt={completionsAt}
            text={text}
            onChange={mayWrite && version === undefined ? setText : undefined}
            errors={check.errors}
          />
          <CheckLine
            check={check}
            right={`${isChanged ? 'No mistakes, not saved' : 'No mistakes'}${scopes.length === 0 ? '' : `; scopes ${scopes.join(', ')}`}`}
          />
          {mayWrite && version === undefined && (
            <SaveText
              disabled={!isChanged || check.state !== 'right'}
              onSave={save}
              onUndo={isChanged && policy !== undefined ? () => setText(was) : undefined}
            />
          )}
          <p role="status">
            {saved !== undefined && saved === policy?.version && !isChanged
              ? `Saved as version ${saved}.${policy.active ? ' Images are judged again by it.' : ''}`
              : ''}
          </p>
          {mayWrite && <KeepUnsaved what="the policy" isUnsaved={text !== was} />}
          {version !== undefined && (
            <p className="caveat">
              {`This is version ${version}, as it was. `}
              <Link to="/policies/$name" params={{ name }}>
                To the newest
              </Link>
            </p>
          )}
        </section>
        <Simulation text={text} isRight={check.state === 'right'} />
      </div>
    </>
  );
}

/** Who wrote this version, when and why, and as what verdicts name it. */
function About({ policy }: { readonly policy: PolicyDetail }) {
  return (
    <>
      <p className="dots">
        <span>{`version ${policy.version}`}</span>
        <span>
          {`written by ${policy.writtenBy} `}
          <TimeAgo at={policy.writtenAt} />
        </span>
        {policy.why !== undefined && <span className="soft">{policy.why}</span>}
      </p>
      <JudgedAs policy={policy} />
    </>
  );
}

function Versions({ name }: { readonly name: string }) {
  const { version, days } = useSearch({ from: '/frame/policies/$name' });
  const navigate = useNavigate();
  const { data } = useQuery(policyVersionsQuery(name));
  if (data === undefined || data.items.length < 2) return null;
  return (
    <ChoiceFilter
      label="Version"
      value={version}
      all="newest"
      options={data.items
        .slice(1)
        .map((old) => [String(old.version), `${old.version}: ${ago(old.writtenAt)}, ${old.writtenBy}`] as const)}
      onChange={(value) => void navigate({ to: '/policies/$name', params: { name }, search: { version: value, days } })}
    />
  );
}

function newPolicyText(name: string): string {
  return `apiVersion: plimsoll.dev/v1
kind: Policy
metadata:
  name: ${name}
  description: What images of this organisation must be like.
extends: production

rules:
  fixable-severity: { effect: fail, atLeast: high, fixedForDays: 7 }
`;
}
