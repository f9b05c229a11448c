import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Fleet } from '../../api/contract.ts';
import { useMay } from '../../shell/may.ts';
import { ScanForm } from '../scans/scan-form.tsx';

/** The three things that make this page say something; each goes when it is done, and all of them then. */
export function FirstSteps({ fleet }: { readonly fleet: Fleet }) {
  const { totals, coverage } = fleet;
  const mayScan = useMay('scan');
  const mayConnect = useMay('source.write');
  const mayWrite = useMay('policy.write', 'every team');
  // Its answer leads to the image: who asked for a scan here keeps it, though the step is done by then.
  const [hasAsked, setHasAsked] = useState(false);
  const steps: readonly Step[] = [
    {
      title: 'Scan an image',
      isDone: totals.images > 0,
      isKept: hasAsked,
      body: mayScan ? (
        <ScanForm onAsked={() => setHasAsked(true)} />
      ) : (
        <p>Whoever may scan can do it from here or with plimsoll scan IMAGE --server.</p>
      ),
    },
    {
      title: 'Connect an engine or a cluster',
      // Who reaches some teams alone counts those that tell of them.
      isDone: totals.sources > 0 || coverage.sources.length > 0,
      body: (
        <p>
          {'What runs is read from it, nothing is changed. '}
          {mayConnect ? (
            <Link to="/sources" search={{ add: 'docker' }}>
              Connect one
            </Link>
          ) : (
            'An operator can connect one.'
          )}
        </p>
      ),
    },
    {
      title: 'Choose a policy',
      isDone: totals.policies > 0,
      body: (
        <p>
          {'Until then images are judged by the built-in policy production. '}
          {mayWrite ? <Link to="/policies">Write your own</Link> : <Link to="/policies">Read it</Link>}
        </p>
      ),
    },
  ];
  if (steps.every(({ isDone, isKept }) => isDone && isKept !== true)) return null;
  return (
    <section className="steps" aria-label="First steps">
      <ol>
        {steps.map(({ title, isDone, isKept, body }, index) => (
          <li key={title} className={isDone ? 'step is-done' : 'step'}>
            <h2>
              <span className="step-number" aria-hidden="true">
                {isDone ? '✓' : index + 1}
              </span>
              {title}
              {isDone && <span className="unseen"> (done)</span>}
            </h2>
            {(!isDone || isKept === true) && body}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Step {
  readonly title: string;
  readonly isDone: boolean;
  /** Shown though it is done. */
  readonly isKept?: boolean;
  readonly body: ReactNode;
}
