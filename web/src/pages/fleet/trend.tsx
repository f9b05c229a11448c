import type { Fleet } from '../../api/contract.ts';
import { countOf, resultOrder, totalOf } from '../../parts/result-bar.tsx';
import { resultWords } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { count } from '../../parts/words.ts';

const height = 96;

/** The last 30 days, a bar a day, to scale, with its table. */
export function Trend({ trend }: { readonly trend: Fleet['trend'] }) {
  const most = Math.max(...trend.map(totalOf), 1);
  if (trend.every((day) => totalOf(day) === 0)) return null;
  const last = trend.at(-1)!;
  return (
    <Panel
      title="The last 30 days, containers by verdict"
      aside={<span className="soft">{`most: ${count(most)}`}</span>}
    >
      <div
        className="trend"
        role="img"
        aria-label={`Containers a day; on ${last.day}: ${resultOrder.map((result) => `${countOf(last, result)} ${resultWords[result]}`).join(', ')}`}
      >
        {trend.map((day) => (
          <div
            key={day.day}
            className="trend-day"
            title={`${day.day}: ${resultOrder.map((result) => `${countOf(day, result)} ${resultWords[result]}`).join(', ')}`}
          >
            {[...resultOrder].reverse().map((result) => (
              <span
                key={result}
                className={`result-part is-${result}`}
                style={{ height: `${(countOf(day, result) / most) * height}px` }}
              />
            ))}
          </div>
        ))}
      </div>
      <div className="trend-axis soft" aria-hidden="true">
        <span>{trend[0]?.day}</span>
        <span>{last.day}</span>
      </div>
      <details className="as-table">
        <summary>As a table</summary>
        <table className="small-table">
          <thead>
            <tr>
              <th scope="col">Day</th>
              {resultOrder.map((result) => (
                <th scope="col" key={result}>
                  {resultWords[result]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...trend].reverse().map((day) => (
              <tr key={day.day}>
                <th scope="row">{day.day}</th>
                {resultOrder.map((result) => (
                  <td key={result}>{count(countOf(day, result))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Panel>
  );
}
