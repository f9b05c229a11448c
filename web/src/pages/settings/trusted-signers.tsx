import type { TrustedSigner } from '../../api/contract.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { exactTime, shortDigest } from '../../parts/words.ts';

/** Builders and people, where their word counts, and what they are known by. */
export function TrustedSigners({ signers }: { readonly signers: readonly TrustedSigner[] }) {
  if (signers.length === 0)
    return (
      <p className="empty">
        It names nobody: no signature counts, and a policy that asks for one stops every image. Add builders to its
        text.
      </p>
    );
  return (
    <div className="scroll">
      <table className="small-table is-full is-stacking">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">Counts in</th>
            <th scope="col">Known by</th>
          </tr>
        </thead>
        <tbody>
          {signers.map((signer) => (
            <tr key={signer.name}>
              <th scope="row" data-head="Name">
                <Breakable text={signer.name} />
              </th>
              <td data-head="Kind" className="wraps">
                <span>{signer.kind === 'builder' ? 'builder' : ['person', ...signer.roles].join(', ')}</span>
              </td>
              <td data-head="Counts in" className="wraps">
                <code className="wrap">
                  <Breakable text={signer.repositories.join(', ')} />
                </code>
              </td>
              <td data-head="Known by">
                <KnownBy signer={signer} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Term = Pick<TrustedSigner['keys'][number], 'from' | 'until' | 'revoked'>;

function KnownBy({ signer: { keys, identities } }: { readonly signer: TrustedSigner }) {
  if (keys.length + identities.length === 0) return <span className="soft">nothing: its word can not be known</span>;
  return (
    <ul className="plain-list">
      {keys.map((key) => (
        <li key={key.id}>
          {`${key.algorithm} key `}
          <code title={key.id}>{shortDigest(key.id)}</code>
          <Until term={key} />
        </li>
      ))}
      {identities.map((identity) => (
        <li key={`${identity.issuer} ${identity.subject}`} className="wrap">
          {identity.subject}
          <span className="soft">{` by ${identity.issuer}`}</span>
          <Until term={identity} />
        </li>
      ))}
    </ul>
  );
}

/** When it counts; what was revoked is never quiet. */
function Until({ term: { from, until, revoked } }: { readonly term: Term }) {
  if (revoked !== undefined)
    return (
      <>
        {' '}
        <span className="flag" title={exactTime(revoked.at)}>{`revoked ${revoked.at.slice(0, 10)}`}</span>
        {revoked.reason !== undefined && <span className="soft">{` ${revoked.reason}`}</span>}
      </>
    );
  const term = [from === undefined ? '' : `from ${from}`, until === undefined ? '' : `until ${until}`];
  const text = term.filter((part) => part !== '').join(' ');
  if (text === '') return null;
  const isOver = until !== undefined && Date.parse(until) < Date.now();
  return <span className={isOver ? 'flag' : 'soft'}>{` ${text}${isOver ? ': over' : ''}`}</span>;
}
