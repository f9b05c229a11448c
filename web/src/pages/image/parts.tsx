import { Link } from '@tanstack/react-router';
import type { ImageDetail } from '../../api/contract.ts';
import { Digest } from '../../parts/digest.tsx';
import { bytes, count, counted } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';

/** Base and application, apart: whose what is. */
export function Parts({ image }: TabProps) {
  const { base } = image;
  const baseLayers = image.layerList.filter(({ fromBase }) => fromBase);
  const appLayers = image.layerList.filter(({ fromBase }) => !fromBase);
  return (
    <div className="two">
      <section className="panel" aria-label="Base">
        <header className="panel-head">
          <h2>Base</h2>
          <div className="panel-aside">
            {base?.name !== undefined &&
              // Only those of the library have a page.
              (base.state === undefined ? (
                <span>{base.name}</span>
              ) : (
                <Link to="/bases/$name" params={{ name: base.name }}>
                  {base.name}
                </Link>
              ))}
            {base?.state !== undefined && <span className="tag">{base.state}</span>}
            {base?.digest !== undefined && <Digest value={base.digest} />}
          </div>
        </header>
        {base === undefined && baseLayers.length === 0 ? (
          <p className="empty">
            It is not known what it was built on. Name it when scanning: <code>--base REFERENCE</code>
          </p>
        ) : (
          <Sum digest={image.digest} owner="base" layers={baseLayers} />
        )}
        {image.baseKnown !== undefined && <p className="soft">{knownWords[image.baseKnown] ?? image.baseKnown}</p>}
      </section>
      <section className="panel" aria-label="Application">
        <header className="panel-head">
          <h2>Application</h2>
        </header>
        <Sum digest={image.digest} owner="app" layers={appLayers} />
        {image.statistics.hiddenBytes > 0 && (
          <p className="soft">{`${bytes(image.statistics.hiddenBytes)} of all layers are hidden: deleted or replaced further up, but still shipped`}</p>
        )}
      </section>
    </div>
  );
}

const knownWords: Readonly<Record<string, string>> = {
  layers: 'known by its layers',
  attestation: 'known by an attestation',
  annotation: 'known by an annotation of the image',
  chain: 'guessed: some of its lowest layers are those of the base',
  contents: 'guessed: what it holds is what the base holds',
};

interface SumProps {
  readonly digest: string;
  readonly owner: 'base' | 'app';
  readonly layers: ImageDetail['layerList'];
}

function Sum({ digest, owner, layers }: SumProps) {
  const sum = (of: (layer: ImageDetail['layerList'][number]) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return (
    <dl className="facts is-row">
      <div>
        <dt>Layers</dt>
        <dd>{count(layers.length)}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>{bytes(sum(({ sizeBytes }) => sizeBytes))}</dd>
      </div>
      <div>
        <dt>Packages</dt>
        <dd>
          <Link to="/images/$digest" params={{ digest }} search={{ tab: 'packages', owner }} resetScroll={false}>
            {counted(
              sum(({ packages }) => packages),
              'package',
            )}
          </Link>
        </dd>
      </div>
      <div>
        <dt>Findings</dt>
        <dd>
          <Link to="/images/$digest" params={{ digest }} search={{ tab: 'findings', owner }} resetScroll={false}>
            {counted(
              sum(({ findings }) => findings),
              'finding',
            )}
          </Link>
        </dd>
      </div>
      <div>
        <dt>Executables</dt>
        <dd>{count(sum(({ executables }) => executables))}</dd>
      </div>
    </dl>
  );
}
