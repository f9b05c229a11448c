import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { verdictsQuery } from '../../api/queries.ts';
import type { Verdict as VerdictWhole, Violation } from '../../api/contract.ts';
import { ChoiceFilter } from '../../parts/filters.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Command, Failure } from '../../parts/states.tsx';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import type { TabProps } from './tab-props.ts';
import { PlaceText } from './place-text.tsx';
import { WaiverDialog } from './waiver-dialog.tsx';

/** What the policy says of it, in the order in which a person would act. */
export function VerdictTab({ image }: TabProps) {
  const { scope } = useSearch({ from: '/frame/images/$digest' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(verdictsQuery(image.digest));
  const [asking, setAsking] = useState<Violation>();
  if (error !== null) return <Failure error={error} what="the verdicts" onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={8} height={28} />;
  const kept = data.items.find(({ verdict }) => verdict.scope === scope) ?? data.items[0];
  if (kept === undefined) return <p className="empty">It has not been judged yet.</p>;
  const { verdict } = kept;
  return (
    <>
      {data.items.length > 1 && (
        <div className="filters">
          <ChoiceFilter
            label="Scope"
            value={verdict.scope}
            all="first"
            options={data.items.map(({ verdict: { scope: name } }) => [name, name] as const)}
            onChange={(value) =>
              void navigate({
                to: '/images/$digest',
                params: { digest: image.digest },
                search: (old) => ({ ...old, scope: value }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        </div>
      )}
      <Broken verdict={verdict} onAsk={setAsking} />
      <Doubts verdict={verdict} />
      <Group title="The policy only warns of" violations={verdict.warnings} onAsk={setAsking} />
      <WaivedList verdict={verdict} />
      <Rules verdict={verdict} />
      {asking !== undefined && (
        <WaiverDialog
          text={asking.waiver}
          what={asking.what}
          image={image.digest}
          finding={asking.findingId}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly violations: readonly Violation[];
  readonly onAsk: (violation: Violation) => void;
}

function Broken({
  verdict,
  onAsk,
}: {
  readonly verdict: VerdictWhole;
  readonly onAsk: (violation: Violation) => void;
}) {
  const rules = [...new Set(verdict.violations.map(({ rule }) => rule))];
  if (rules.length === 0)
    return (
      <p className="said">
        <Verdict result={verdict.result} />
        {verdict.result === 'pass'
          ? ` ${counted(verdict.rules.length, 'rule')} of policy ${verdict.policy.name} asked in scope ${verdict.scope}, none broken`
          : ` no rule of policy ${verdict.policy.name} is known to be broken in scope ${verdict.scope}, but not all could be answered`}
      </p>
    );
  return rules.map((rule) => (
    <Group
      key={rule}
      title={rule}
      violations={verdict.violations.filter((violation) => violation.rule === rule)}
      onAsk={onAsk}
    />
  ));
}

const most = 10;

function Group({ title, violations, onAsk }: GroupProps) {
  const mayAsk = useMay('waiver.request');
  const [isOpen, setOpen] = useState(false);
  if (violations.length === 0) return null;
  const mends = [...new Set(violations.flatMap(({ mend }) => (mend === undefined ? [] : [mend])))];
  return (
    <Panel title={title} aside={<span className="soft">{counted(violations.length, 'violation')}</span>}>
      <ul className="violations">
        {(isOpen ? violations : violations.slice(0, most)).map((violation) => (
          <li key={violation.id} className="violation">
            <div className="violation-what">
              {violation.severity !== undefined && <Severity value={violation.severity} />}
              <span>{violation.what}</span>
            </div>
            <div className="violation-where soft">
              <span className="tag">{violation.owner}</span>
              {violation.place !== undefined && (
                <PlaceText place={violation.place} isDeletionSaid={violation.why.startsWith('deleted in layer ')} />
              )}
              <span>{violation.why}</span>
              {mayAsk && (
                <button type="button" className="button is-small" onClick={() => onAsk(violation)}>
                  Ask for a waiver<span className="unseen">{` for ${violation.what}`}</span>
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {violations.length > most && (
        <button type="button" className="button is-quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? `Only the gravest ${most}` : `All ${violations.length}`}
        </button>
      )}
      {mends.length > 0 && (
        <div className="group-mends">
          {mends.slice(0, 6).map((mend) => (
            <Command key={mend} text={mend} />
          ))}
          {mends.length > 6 && <span className="soft">{`and ${mends.length - 6} more mends`}</span>}
        </div>
      )}
    </Panel>
  );
}

function Doubts({ verdict }: { readonly verdict: VerdictWhole }) {
  if (verdict.doubts.length === 0) return null;
  return (
    <Panel title="Cannot tell">
      <ul className="violations">
        {verdict.doubts.map(({ rule, what, mend, stops }) => (
          <li key={rule + what} className="violation">
            <div className="violation-what">
              <code>{rule}</code>
              <span>{what}</span>
              {stops === false && <span className="soft">does not stop here</span>}
            </div>
            {mend !== undefined && <Command text={mend} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function WaivedList({ verdict }: { readonly verdict: VerdictWhole }) {
  if (verdict.waived.length === 0 && verdict.endedWaivers.length === 0) return null;
  return (
    <Panel title="Waived" aside={<Link to="/waivers">All waivers</Link>}>
      <ul className="violations">
        {verdict.waived.map(({ violation, waiver }) => (
          <li key={violation.id + waiver.id} className="violation">
            <div className="violation-what">
              <span>{violation.what}</span>
            </div>
            <div className="violation-where soft">
              <span>{`${waiver.owner}: ${waiver.reason}`}</span>
              <span>{waiver.expires === undefined ? 'without an end' : `until ${waiver.expires.slice(0, 10)}`}</span>
              <code>{waiver.id}</code>
            </div>
          </li>
        ))}
        {verdict.endedWaivers.map(({ id, why }) => (
          <li key={id} className="violation soft">{`waiver ${id} no longer does anything: ${why}`}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Rules({ verdict }: { readonly verdict: VerdictWhole }) {
  const inputs = [
    ['policy', verdict.policy.digest],
    ['advisories', verdict.databaseDigest],
    ['VEX', verdict.vexDigest],
    ['evidence', verdict.evidenceDigest],
  ] as const;
  return (
    <Panel
      title="What was asked"
      aside={<span className="soft">{`${counted(verdict.rules.length, 'rule')}, ${verdict.engine}`}</span>}
    >
      <ul className="rules">
        {verdict.rules.map(({ rule, result, effect, count }) => (
          <li key={rule} className="rule">
            <Verdict result={result} size={14} />
            <code>{rule}</code>
            <span className="soft">
              {count > 0 && `${count} `}
              {effect === 'warn' && 'warns only'}
            </span>
          </li>
        ))}
      </ul>
      <p className="soft dots">
        {inputs.map(([name, digest]) =>
          digest === undefined ? null : (
            <span key={name} title={digest}>
              {`${name} ${digest.replace(/^sha256:/, '').slice(0, 12)}`}
            </span>
          ),
        )}
      </p>
    </Panel>
  );
}
