import { Link } from '@tanstack/react-router';
import type { BaseDetail } from '../../api/contract.ts';
import { ImageName } from '../../parts/image-name.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { count, counted, shortDigest } from '../../parts/words.ts';

const mostChildren = 12;

/** Releases at the left, what stands on each at the right, drawn as a tree that reads as nested lists. */
export function ChildGraph({ base }: { readonly base: BaseDetail }) {
  const groups = new Map<string, BaseDetail['childList'][number][]>();
  for (const child of base.childList) {
    const key = child.release ?? '';
    groups.set(key, [...(groups.get(key) ?? []), child]);
  }
  const releases = [...groups].sort(([, a], [, b]) => b.length - a.length);
  return (
    <ul className="tree" aria-label="Releases and the images on them">
      {releases.map(([release, children]) => {
        const of = base.releaseList.find(({ digest }) => digest === release);
        const sorted = [...children].sort((a, b) => b.running - a.running);
        return (
          <li key={release} className="tree-branch">
            <div className="tree-node">
              {release === '' ? (
                <span className="soft">release not known</span>
              ) : (
                <code title={release}>{shortDigest(release)}</code>
              )}
              {of !== undefined && <span className={`tag is-${of.state}`}>{of.state}</span>}
              <span className="soft">{counted(of?.children ?? children.length, 'image')}</span>
            </div>
            <ul className="tree-leaves">
              {sorted.slice(0, mostChildren).map((child) => (
                <li key={child.digest} className="tree-leaf">
                  <Verdict result={child.verdict} size={14} />
                  <Link to="/images/$digest" params={{ digest: child.digest }} className="cut">
                    <ImageName name={child.name} />
                  </Link>
                  <span className="soft">
                    {child.running === 0 ? 'not running' : counted(child.running, 'container')}
                  </span>
                </li>
              ))}
              {children.length > mostChildren && (
                <li className="tree-leaf">
                  <Link to="/images" search={{ base: release === '' ? base.name : release }}>
                    {`${count(children.length - mostChildren)} more`}
                  </Link>
                </li>
              )}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
