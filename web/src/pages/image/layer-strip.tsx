import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type KeyboardEvent } from 'react';
import type { ImageDetail } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { bytes, count, counted, cutMiddle } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';

type Layer = ImageDetail['layerList'][number];

/**
 * The image as a bar, each layer to scale from the bottom layer at the left; findings are ticks below. Hover or focus says what a
 * layer brought, enter lists its findings.
 */
export function LayerStrip({ image }: TabProps) {
  const navigate = useNavigate();
  const layers = image.layerList;
  const [active, setActive] = useState<number>();
  const room = useRef<HTMLDivElement>(null);
  if (layers.length === 0) return null;
  const shown = active === undefined ? undefined : layers[active];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(layers.length - 1, (active ?? 0) + step));
    room.current?.querySelectorAll<HTMLElement>('.layer')[next]?.focus();
  };
  return (
    <Panel
      title="Layers"
      aside={
        <span className="soft">{`${bytes(image.sizeBytes)}, bottom layer left; a tick is a finding, tall where the gravest is high or critical`}</span>
      }
    >
      <div className="layers" role="group" aria-label="Layers to scale" ref={room} onKeyDown={onKeyDown}>
        {layers.map((layer, index) => (
          <button
            key={layer.index}
            type="button"
            className={`layer${layer.fromBase ? ' is-base' : ''}${index === active ? ' is-on' : ''}`}
            style={{ flexGrow: Math.max(layer.sizeBytes, image.sizeBytes / 500, 1) }}
            aria-label={wordsOf(layer)}
            tabIndex={index === (active ?? 0) ? 0 : -1}
            onFocus={() => setActive(index)}
            onMouseEnter={() => setActive(index)}
            onClick={() =>
              void navigate({
                to: '/images/$digest',
                params: { digest: image.digest },
                search: { tab: 'findings', layer: String(layer.index) },
                resetScroll: false,
              })
            }
          >
            <span className="layer-block" />
            <Ticks layer={layer} />
            <span className="layer-size" aria-hidden="true">
              {bytes(layer.sizeBytes)}
            </span>
          </button>
        ))}
      </div>
      <p className="layer-words">
        {shown === undefined ? (
          <span className="soft">
            {`${counted(layers.filter(({ fromBase }) => fromBase).length, 'layer')} of the base (hatched), ${counted(layers.filter(({ fromBase }) => !fromBase).length, 'layer')} of the application`}
          </span>
        ) : (
          <>
            <strong>{`Layer ${shown.index + 1}, ${shown.fromBase ? 'base' : 'app'}`}</strong>
            <span>{bytes(shown.sizeBytes)}</span>
            <span>{counted(shown.packages, 'package')}</span>
            <span>{counted(shown.executables, 'executable')}</span>
            <span>{`${counted(shown.findings, 'finding')}${shown.worst === undefined ? '' : `, gravest ${shown.worst}`}`}</span>
            {shown.instruction !== undefined && (
              <code title={shown.instruction}>{cutMiddle(shown.instruction, 120)}</code>
            )}
          </>
        )}
      </p>
      <LayerTable image={image} />
    </Panel>
  );
}

/** The picture as a table: what each layer is, how large, what it brought. */
function LayerTable({ image }: TabProps) {
  return (
    <details className="as-table">
      <summary>As a table</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label="Layers, as a table">
        <table className="small-table is-full">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Of</th>
              <th scope="col">Size</th>
              <th scope="col">Packages</th>
              <th scope="col">Executables</th>
              <th scope="col">Findings</th>
              <th scope="col">Made by</th>
            </tr>
          </thead>
          <tbody>
            {image.layerList.map((layer) => (
              <tr key={layer.index}>
                <th scope="row">{layer.index + 1}</th>
                <td>{layer.fromBase ? 'base' : 'app'}</td>
                <td>{bytes(layer.sizeBytes)}</td>
                <td>{count(layer.packages)}</td>
                <td>{count(layer.executables)}</td>
                <td>{`${count(layer.findings)}${layer.worst === undefined ? '' : `, gravest ${layer.worst}`}`}</td>
                <td>
                  <code className="wrap" title={layer.instruction}>
                    {cutMiddle(layer.instruction ?? 'not said', 80)}
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function wordsOf(layer: Layer): string {
  const { index, fromBase, sizeBytes, packages, executables, findings, worst, instruction } = layer;
  return `Layer ${index + 1} of the ${fromBase ? 'base' : 'application'}, ${bytes(sizeBytes)}: ${counted(packages, 'package')}, ${counted(executables, 'executable')}, ${counted(findings, 'finding')}${worst === undefined ? '' : `, the gravest ${worst}`}${instruction === undefined ? '' : `; ${cutMiddle(instruction, 100)}`}`;
}

/** As many ticks as there are findings, up to what can be told apart. */
function Ticks({ layer }: { readonly layer: Layer }) {
  const ticks = Math.min(layer.findings, 24);
  return (
    <span
      className={`layer-ticks${layer.worst === 'critical' || layer.worst === 'high' ? ' is-grave' : ''}`}
      aria-hidden="true"
    >
      {Array.from({ length: ticks }, (_, index) => (
        <span key={index} className="layer-tick" />
      ))}
    </span>
  );
}
