import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ImageDetail } from '../../api/contract.ts';
import { showInStrip } from '../../parts/show-in-strip.ts';
import { count } from '../../parts/words.ts';

interface TabStripProps {
  readonly image: ImageDetail;
  readonly names: readonly { readonly key: string; readonly text: string }[];
  readonly active: string;
}

/** The parts of a record, each with how much is in it; one line, which a phone scrolls. */
export function TabStrip({ image, names, active }: TabStripProps) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => showInStrip(strip.current, '.is-on'), [active]);
  const counts = countsOf(image);
  return (
    <nav className="tabs" aria-label="Parts of the record" id="tabs" ref={strip}>
      {names.map(({ key, text }) => (
        <Link
          key={key}
          to="/images/$digest"
          params={{ digest: image.digest }}
          search={{ tab: key === 'verdict' ? undefined : key }}
          className={key === active ? 'tab is-on' : 'tab'}
          aria-current={key === active ? 'page' : undefined}
          activeProps={{}}
          resetScroll={false}
        >
          {text}
          {counts[key] !== undefined && <span className="tab-count">{` ${count(counts[key])}`}</span>}
        </Link>
      ))}
    </nav>
  );
}

function countsOf({ packages, running, layerList }: ImageDetail): Readonly<Record<string, number>> {
  return {
    packages,
    containers: running,
    findings: layerList.reduce((sum, layer) => sum + layer.findings, 0),
    executables: layerList.reduce((sum, layer) => sum + layer.executables, 0),
  };
}
