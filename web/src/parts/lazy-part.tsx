import { useEffect, useState, type ComponentType, type FunctionComponent, type ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { Failure } from './states.tsx';

/** A component whose code comes when it is shown; `preload` fetches it before. */
export type LazyPart<Props extends object> = FunctionComponent<Props> & { readonly preload: () => Promise<void> };

/**
 * What cannot be fetched because nobody answers is said in its place, and fetched again when somebody asks: the rest of the page
 * stays. Where the server answers but no longer has the piece it was upgraded meanwhile, and its new page has another: that is loaded.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode,
): LazyPart<Props> {
  let Part: ComponentType<Props> | undefined;
  const fetchPart = async (): Promise<void> => {
    Part ??= await load();
  };
  function Lazy(props: Props) {
    const [state, setState] = useState<'waiting' | 'here' | Error>(Part === undefined ? 'waiting' : 'here');
    useEffect(() => {
      if (state !== 'waiting') return undefined;
      let isGone = false;
      fetchPart()
        .catch(reloadIfUpgraded)
        .then(
          () => isGone || setState('here'),
          (error: unknown) => isGone || setState(error instanceof Error ? error : new Error(String(error))),
        );
      return () => {
        isGone = true;
      };
    }, [state]);
    if (Part !== undefined) return <Part {...props} />;
    if (state instanceof Error)
      return <Failure error={state} what="this part of the page" onRetry={() => setState('waiting')} />;
    return waiting;
  }
  // Whatever goes wrong is said by the component.
  return Object.assign(Lazy, { preload: () => fetchPart().catch(() => undefined) });
}

const key = 'plimsoll-reloaded';

/** @throws ApiError */
async function reloadIfUpgraded(error: unknown): Promise<void> {
  const isThere = await fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere)
    throw new ApiError(0, {
      code: 'unreachable',
      detail: 'The server does not answer.',
      hint: 'What was opened before can still be read.',
    });
  // Not twice in a row: then something else is wrong.
  if (Date.now() - Number(sessionStorage.getItem(key) ?? 0) < 30_000) throw error;
  sessionStorage.setItem(key, String(Date.now()));
  window.location.reload();
  await new Promise(() => undefined);
}
