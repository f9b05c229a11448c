import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { verdictsQuery } from '../../api/queries.ts';
import type { ImageDetail, ImageFinding } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Command } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { bytes } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { PlaceText } from './place-text.tsx';
import { WaiverDialog } from './waiver-dialog.tsx';

interface FindingDialogProps {
  readonly image: ImageDetail;
  readonly finding: ImageFinding;
  readonly onClose: () => void;
}

/** What, where, why, whose, and what to do next. */
export function FindingDialog({ image, finding, onClose }: FindingDialogProps) {
  const mayAsk = useMay('waiver.request');
  const { data } = useQuery(verdictsQuery(image.digest));
  const [isAsking, setAsking] = useState(false);
  const violation = data?.items
    .flatMap(({ verdict }) => [...verdict.violations, ...verdict.warnings])
    .find(({ findingId }) => findingId === finding.id);
  if (isAsking && violation !== undefined)
    return (
      <WaiverDialog
        text={violation.waiver}
        what={violation.what}
        image={image.digest}
        finding={finding.id}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={finding.name} onClose={onClose} side>
      <p className="finding-title">{finding.title}</p>
      <Facts finding={finding} />
      {finding.mend !== undefined && (
        <>
          <h3>Mend</h3>
          <Command text={finding.mend} />
        </>
      )}
      {violation !== undefined && (
        <>
          <h3>{violation.rule}</h3>
          <p>{violation.why}</p>
        </>
      )}
      <p className="form-foot">
        {finding.kind === 'vulnerability' && (
          <Link to="/impact" search={{ q: finding.name }} className="button">
            Where else it is
          </Link>
        )}
        {mayAsk && violation !== undefined && finding.waiver === undefined && (
          <button type="button" className="button" onClick={() => setAsking(true)}>
            Ask for a waiver
          </button>
        )}
      </p>
    </Dialog>
  );
}

function Facts({ finding }: { readonly finding: ImageFinding }) {
  const { fix, cvss, exploited, epss, firstSeen, firstFixable, reference } = finding;
  return (
    <dl className="facts">
      <div>
        <dt>Severity</dt>
        <dd>
          <Severity value={finding.severity} />
          {cvss !== undefined && ` CVSS ${cvss.version}: ${cvss.score}`}
        </dd>
      </div>
      {finding.packageName !== undefined && (
        <div>
          <dt>Package</dt>
          <dd>
            <code>{`${finding.packageName} ${finding.packageVersion ?? ''}`}</code>
          </dd>
        </div>
      )}
      {fix !== undefined && (
        <div>
          <dt>Fix</dt>
          <dd>
            {fix.version ?? fixWords[fix.state]}
            {fix.availableAt !== undefined && ` since ${fix.availableAt.slice(0, 10)}`}
          </dd>
        </div>
      )}
      <div>
        <dt>Owner</dt>
        <dd>{finding.owner === 'base' ? 'the base' : 'the application'}</dd>
      </div>
      <div>
        <dt>Where</dt>
        <dd>
          <PlaceText place={finding.place} />
          {finding.place.instruction !== undefined && <code className="block">{finding.place.instruction}</code>}
        </dd>
      </div>
      {finding.redacted !== undefined && (
        <div>
          <dt>Secret</dt>
          <dd>
            <code>{finding.redacted}</code>
          </dd>
        </div>
      )}
      {finding.detail !== undefined && (
        <div>
          <dt>Detail</dt>
          <dd>{finding.detail}</dd>
        </div>
      )}
      {finding.sizeBytes !== undefined && (
        <div>
          <dt>Size</dt>
          <dd>{bytes(finding.sizeBytes)}</dd>
        </div>
      )}
      {exploited !== undefined && (
        <div>
          <dt>Exploited</dt>
          <dd>{`known since ${exploited.since}${exploited.due === undefined ? '' : `, due ${exploited.due}`}${exploited.ransomware === true ? ', used for ransom' : ''}`}</dd>
        </div>
      )}
      {epss !== undefined && (
        <div>
          <dt>Likelihood</dt>
          <dd>{`${(epss.score * 100).toFixed(1)} % in 30 days (EPSS), above ${(epss.percentile * 100).toFixed(0)} % of all`}</dd>
        </div>
      )}
      {firstSeen !== undefined && (
        <div>
          <dt>First seen</dt>
          <dd>
            <TimeAgo at={firstSeen} />
            {firstFixable !== undefined && (
              <>
                , could be mended since <TimeAgo at={firstFixable} />
              </>
            )}
          </dd>
        </div>
      )}
      {finding.aliases !== undefined && finding.aliases.length > 0 && (
        <div>
          <dt>Also</dt>
          <dd>{finding.aliases.join(', ')}</dd>
        </div>
      )}
      {reference !== undefined && /^https?:\/\//.test(reference) && (
        <div>
          <dt>Read more</dt>
          <dd>
            <a href={reference} rel="noreferrer noopener" target="_blank" className="cut">
              {reference}
            </a>
          </dd>
        </div>
      )}
    </dl>
  );
}

const fixWords = {
  fixed: 'there is one',
  'not-fixed': 'none yet',
  'wont-fix': 'the vendor will not fix it',
  unknown: 'nobody has said',
} as const;
