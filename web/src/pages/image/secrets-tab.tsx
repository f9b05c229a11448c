import { useQuery } from '@tanstack/react-query';
import { allQuery } from '../../api/queries.ts';
import type { ImageFinding } from '../../api/contract.ts';
import { Severity } from '../../parts/severity.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Command, Empty, Failure } from '../../parts/states.tsx';
import { count } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';
import { PlaceText } from './place-text.tsx';

/** Secrets and private keys, redacted: which layer ships them, and how they go. */
export function SecretsTab({ image }: TabProps) {
  const { data, error, refetch } = useQuery(
    allQuery<ImageFinding>(['image', image.digest, 'secrets'], `/v1/images/${image.digest}/secrets`),
  );
  if (error !== null) return <Failure error={error} what="the secrets" onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={5} height={40} />;
  if (data.length === 0)
    return (
      <Empty>{`No secrets in ${count(image.statistics.filesSearchedForSecrets)} files, the variables, labels and history.`}</Empty>
    );
  return (
    <ul className="violations panel">
      {data.map((finding) => (
        <li key={finding.id} className="violation">
          <div className="violation-what">
            <Severity value={finding.severity} />
            <strong>{finding.title}</strong>
            {finding.redacted !== undefined && <code>{finding.redacted}</code>}
            {finding.waiver !== undefined && <span className="soft">{`waived: ${finding.waiver}`}</span>}
          </div>
          <div className="violation-where soft">
            <span className="tag">{finding.owner}</span>
            <PlaceText place={finding.place} />
            {finding.place.instruction !== undefined && <code className="wrap">{finding.place.instruction}</code>}
          </div>
          {finding.mend !== undefined && <Command text={finding.mend} />}
        </li>
      ))}
    </ul>
  );
}
