import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useLiveEvents } from '../api/live.ts';
import { meQuery } from '../api/queries.ts';
import { Failure } from '../parts/states.tsx';
import { isTyping } from '../parts/table-keys.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { Navigation } from './navigation.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { Top } from './top.tsx';

/** What is around every page: where one is, search, keys, who one is. */
export function Frame() {
  const location = useLocation();
  const { error, refetch } = useQuery(meQuery);
  const [open, setOpen] = useState<'search' | 'keys'>();
  usePageKeys(setOpen);
  if (error instanceof ApiError && error.status === 401)
    return <Navigate to="/log-in" search={{ to: location.href }} replace />;
  return (
    <div className="frame">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <Top onSearch={() => setOpen('search')} onKeys={() => setOpen('keys')} />
      <Navigation />
      <main id="page" className="page" tabIndex={-1}>
        {error === null || error instanceof ApiError === false ? null : (
          <Failure error={error} what="who you are" onRetry={() => void refetch()} />
        )}
        <Outlet />
      </main>
      {error === null && <Live />}
      {open === 'search' && <SearchDialog onClose={() => setOpen(undefined)} />}
      {open === 'keys' && <KeysDialog onClose={() => setOpen(undefined)} />}
    </div>
  );
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
