import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useLiveEvents } from '../api/live.ts';
import { meQuery } from '../api/queries.ts';
import { Failure } from '../parts/states.tsx';
import { isTyping } from '../parts/table-keys.ts';
import { Connection } from './connection.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { Navigation } from './navigation.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { Top } from './top.tsx';

/** What is around every page: where one is, search, keys, who one is. */
export function Frame() {
  const { error, refetch } = useQuery(meQuery);
  const isOut = useLogIn(error);
  const [open, setOpen] = useState<'search' | 'keys'>();
  usePageKeys(setOpen);
  if (isOut) return null;
  return (
    <div className="frame">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <Top onSearch={() => setOpen('search')} onKeys={() => setOpen('keys')} />
      <Navigation />
      <main id="page" className="page" tabIndex={-1}>
        {error !== null && <Failure error={error} what="who you are" onRetry={() => void refetch()} />}
        <Outlet />
      </main>
      {error === null && <Live />}
      <Connection />
      {open === 'search' && <SearchDialog onClose={() => setOpen(undefined)} />}
      {open === 'keys' && <KeysDialog onClose={() => setOpen(undefined)} />}
    </div>
  );
}

/** Who is not logged in, or no longer, goes to the log-in and from there back to this page. */
function useLogIn(error: Error | null): boolean {
  const router = useRouter();
  const isOut = error instanceof ApiError && error.status === 401;
  useEffect(() => {
    if (isOut) void router.navigate({ to: '/log-in', search: { to: router.state.location.href }, replace: true });
  }, [isOut, router]);
  return isOut;
}

function Live() {
  useLiveEvents();
  return null;
}

function usePageKeys(open: (what: 'search' | 'keys') => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key !== '/' && event.key !== '?') return;
      event.preventDefault();
      open(event.key === '/' ? 'search' : 'keys');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [open]);
}
