import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { VexDetail, VexStatement } from '../../api/contract.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { Panel } from '../../parts/panel.tsx';
import { count, counted } from '../../parts/words.ts';
import { aboutText, statusWords } from './vex-words.ts';

/** More than these are found by the filter. */
const mostShown = 200;

/** What a document says, statement by statement. */
export function VexStatements({ vex: { says, statements } }: { readonly vex: VexDetail }) {
  const { q } = useSearch({ from: '/frame/settings/vex/$id' });
  const navigate = useNavigate();
  const filter = useCallback(
    (value: string | undefined) =>
      void navigate({ from: '/settings/vex/$id', search: (old) => ({ ...old, q: value }), replace: true }),
    [navigate],
  );
  const found = q === undefined ? says : says.filter((statement) => wordsOf(statement).includes(q.toLowerCase()));
  const shown = found.slice(0, mostShown);
  return (
    <Panel title="What it says" aside={<span className="soft">{counted(statements, 'statement')}</span>}>
      {says.length > 8 && (
        <Filters>
          <TextFilter label="Vulnerability, package, reason" value={q} onChange={filter} wide />
        </Filters>
      )}
      {shown.length === 0 ? (
        <p className="empty">{`None of its ${counted(statements, 'statement')} has ${q ?? ''} in it.`}</p>
      ) : (
        <div className="scroll">
          <table className="small-table is-full is-stacking">
            <thead>
              <tr>
                <th scope="col">Vulnerability</th>
                <th scope="col">Says</th>
                <th scope="col">Of</th>
                <th scope="col">Because</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((statement) => (
                <Row key={statement.id} statement={statement} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.length > shown.length && (
        <p className="soft">{`${count(found.length - shown.length)} more of these: the filter finds them.`}</p>
      )}
      {statements > says.length && (
        <p className="soft">{`The first ${count(says.length)} are shown; all stand in the text below.`}</p>
      )}
    </Panel>
  );
}

function Row({ statement }: { readonly statement: VexStatement }) {
  const [first, ...aliases] = statement.vulnerabilities;
  return (
    <tr>
      <th scope="row" data-head="Vulnerability" className="is-whole">
        <span>
          <Link to="/impact" search={{ q: first }}>
            {first}
          </Link>
          {aliases.length > 0 && <span className="soft block">{aliases.join(', ')}</span>}
        </span>
      </th>
      <td data-head="Says">
        <span className="tag">{statusWords[statement.status]}</span>
      </td>
      <td data-head="Of" className="wraps">
        <code className="wrap">
          <Breakable text={aboutText(statement)} />
        </code>
      </td>
      <td data-head="Because">
        {statement.reason === '' ? <span className="soft">no reason</span> : statement.reason}
      </td>
    </tr>
  );
}

function wordsOf(statement: VexStatement): string {
  const { vulnerabilities, reason } = statement;
  return [...vulnerabilities, aboutText(statement), reason].join(' ').toLowerCase();
}
