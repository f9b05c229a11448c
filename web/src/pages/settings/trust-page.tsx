import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import type { Trust } from '../../api/contract.ts';
import { trustQuery } from '../../api/queries.ts';
import { Digest } from '../../parts/digest.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { SettingsTabs } from './settings-tabs.tsx';
import { TrustEditor } from './trust-editor.tsx';
import { TrustedSigners } from './trusted-signers.tsx';

/** Whose signatures count, and what provenance must say. */
export function TrustPage() {
  useTitle('Trust root');
  const { data, error, refetch } = useQuery(trustQuery);
  const [saved, setSaved] = useState<number>();
  const isNone = error instanceof ApiError && error.status === 404;
  return (
    <>
      <header className="page-head">
        <h1>Trust root</h1>
      </header>
      <SettingsTabs />
      {error !== null && !isNone && data === undefined && (
        <Failure error={error} what="the trust root" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <Skeleton rows={12} />}
      {isNone && data === undefined && <NoTrust onSaved={setSaved} />}
      {data !== undefined && <InForce trust={data.value} etag={data.etag} saved={saved} onSaved={setSaved} />}
    </>
  );
}

function NoTrust({ onSaved }: { readonly onSaved: (version: number) => void }) {
  const mayWrite = useMayWriteTrust();
  if (mayWrite === undefined) return <Skeleton rows={5} height={64} />;
  return (
    <>
      <Empty command={`plimsoll trust apply trust.yaml --why REASON --server ${window.location.origin}`}>
        {mayWrite
          ? 'No trust root is in force: no signature counts, and a policy that asks for one cannot tell. Write one below, or send the file that you have:'
          : 'No trust root is in force: no signature counts, and a policy that asks for one cannot tell. Whoever has the role security, for all teams, can write one here or send a file:'}
      </Empty>
      {mayWrite && (
        <Panel title="Write one">
          <TrustEditor was={firstText} isNew etag={undefined} onSaved={onSaved} />
        </Panel>
      )}
    </>
  );
}

interface InForceProps {
  readonly trust: Trust;
  readonly etag: string | undefined;
  /** The version that was saved from here last. */
  readonly saved: number | undefined;
  readonly onSaved: (version: number) => void;
}

function InForce({ trust, etag, saved, onSaved }: InForceProps) {
  const mayWrite = useMayWriteTrust();
  const { name, version, digest, signers, sigstore, writtenBy, writtenAt, why, text } = trust;
  return (
    <>
      <p role="status">
        {saved === version && `Saved as version ${version}. What vouches for images is verified again by it.`}
      </p>
      <Panel title={name} aside={<span className="tag is-endorsed">images are verified by it</span>}>
        <p className="dots">
          <span>{`version ${version}`}</span>
          <Digest value={digest} />
          <span>
            {`written by ${writtenBy} `}
            <TimeAgo at={writtenAt} />
          </span>
          {why !== undefined && <span className="soft">{why}</span>}
        </p>
        <p>
          {sigstore
            ? 'Log-ins that Sigstore vouches for and its time stamps count.'
            : 'Sigstore is not trusted: log-ins and time stamps do not count, keys do.'}
        </p>
      </Panel>
      <Panel title="Whom it trusts" aside={<span className="soft">{counted(signers.length, 'signer')}</span>}>
        <TrustedSigners signers={signers} />
      </Panel>
      <Panel title={mayWrite ? 'Change it' : 'Its text'}>
        <TrustEditor key={version} was={text} isNew={false} etag={etag} onSaved={onSaved} />
      </Panel>
    </>
  );
}

/** Whose word counts for one team's images counts for all: it is for whoever reaches all teams. */
function useMayWriteTrust(): boolean | undefined {
  return useMay('trust.write', 'every team');
}

const firstText = `apiVersion: plimsoll.dev/v1
kind: TrustRoot
metadata:
  name: organisation
  description: Whom we trust to build and approve images.

# What provenance must name. Empty: anything.
sources: []

# Who builds: where their signatures count, and by which keys they are known.
builders: []
#  - name: ci-main
#    repositories: ["registry.example.com/**"]
#    keys:
#      - publicKey: |
#          -----BEGIN PUBLIC KEY-----
#          …
#          -----END PUBLIC KEY-----

# Who approves: as builders, with roles.
people: []
`;
