import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { CopyButton } from './copy-button.tsx';

/** What stands where nothing is: what was looked at, and the one command that fills it. */
export function Empty({
  children,
  command,
  action,
}: {
  readonly children: ReactNode;
  readonly command?: string;
  readonly action?: ReactNode;
}) {
  return (
    <div className="empty">
      <p>{children}</p>
      {command !== undefined && <Command text={command} />}
      {action}
    </div>
  );
}

/** A command to run, with a button that copies it. */
export function Command({ text }: { readonly text: string }) {
  return (
    <span className="command">
      <code>{text}</code>
      <CopyButton text={text} what="command" />
    </span>
  );
}

interface FailureProps {
  readonly error: Error;
  /** What could not be had: "the list of images". */
  readonly what: string;
  readonly onRetry?: (() => void) | undefined;
  /** Another way on: a link to what there is. */
  readonly action?: ReactNode;
}

/** What is not allowed, or not there, is so the next time too. */
function isFinal(error: Error): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}

/** What failed, what helps, and a way to try again or on. */
export function Failure({ error, what, onRetry, action }: FailureProps) {
  const api = error instanceof ApiError ? error : undefined;
  return (
    <div className="failure" role="alert">
      <p>
        <strong>{`Could not get ${what}. `}</strong>
        {sentence(error.message)}
      </p>
      {api?.errors.map(({ where, what: wrong }) => (
        <p key={where + wrong}>{`${where}: ${wrong}`}</p>
      ))}
      {api?.hint !== undefined && <p>{sentence(api.hint)}</p>}
      <p className="failure-foot">
        {onRetry !== undefined && !isFinal(error) && (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {action}
        {api !== undefined && (
          <span className="soft">{[api.code, api.requestId].filter((part) => part !== undefined).join(' · ')}</span>
        )}
      </p>
    </div>
  );
}

/** Beside a form: why it was not taken. */
export function Refusal({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const api = error instanceof ApiError ? error : undefined;
  return (
    <p className="refusal" role="alert">
      {sentence(error.message)}
      {api?.errors.map(({ where, what }) => ` ${where}: ${what}.`)}
      {api?.hint !== undefined && ` ${sentence(api.hint)}`}
    </p>
  );
}

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?:]$/.test(first) ? first : `${first}.`;
}
