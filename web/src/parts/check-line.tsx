import type { TextCheck } from './use-text-check.ts';

/** Below an editor: whether its text is right, or what is wrong where. */
export function CheckLine({ check, right }: { readonly check: TextCheck<unknown>; readonly right: string }) {
  return (
    <div role="status" className="check-line">
      {check.state === 'checking' && <span className="soft">Checking…</span>}
      {check.state === 'failed' && (
        <span className="soft">The text could not be checked: the server does not answer.</span>
      )}
      {check.state === 'right' && <span className="soft">{right}</span>}
      {check.state === 'wrong' && (
        <ul className="plain-list">
          {check.errors.map(({ line, column, message, hint }, index) => (
            <li key={index}>
              <strong>{`line ${line}, column ${column}: `}</strong>
              {message}
              {hint !== undefined && <span className="soft">{` ${hint}`}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
