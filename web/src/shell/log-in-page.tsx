import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { address, send } from '../api/client.ts';
import { logInQuery } from '../api/queries.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { Command, Failure, Refusal } from '../parts/states.tsx';
import { useTitle } from './use-title.ts';

/** How to log in here, in the words of the server. */
export function LogInPage() {
  useTitle('Log in');
  const { to } = useSearch({ from: '/log-in' });
  const { data, error, refetch } = useQuery(logInQuery);
  const target = to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/';
  const link = /^#?link=([\w-]{1,256})$/.exec(useLocation().hash)?.[1];
  const router = useRouter();
  const isIn = data?.loggedIn === true;
  useEffect(() => {
    if (isIn) router.history.replace(target);
  }, [isIn, router, target]);
  if (isIn) return null;
  return (
    <main className="log-in">
      <svg width="56" height="56" viewBox="0 0 24 24" aria-hidden="true" className="brand-mark">
        <circle cx="12" cy="12" r="8.5" />
        <path className="brand-water" d="M4.6 15.5a8.4 8.4 0 0 0 14.8 0z" />
        <path d="M1 12h22" />
      </svg>
      <h1>Log in to Plimsoll</h1>
      {link !== undefined && <LinkLogIn secret={link} />}
      {error !== null && <Failure error={error} what="how to log in" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={2} height={40} />}
      {data?.providers.map(({ name, startUrl }) => (
        <a key={name} className="button is-main is-wide" href={address(startUrl, { to: target })}>
          {`Log in with ${name}`}
        </a>
      ))}
      {data !== undefined && data.providers.length === 0 && link === undefined && (
        <>
          <p>
            {data.setup
              ? 'Nobody has logged in here yet. Open the link that the server printed when it started, or have a new one made on its machine:'
              : 'No provider of accounts is connected. On the machine of the server this makes a link that logs its administrator in, once:'}
          </p>
          <Command text="plimsoll login link" />
        </>
      )}
    </main>
  );
}

/** Behind a link that logs in once: a button, so that nothing uses it up that only looks at addresses. */
function LinkLogIn({ secret }: { readonly secret: string }) {
  const queries = useQueryClient();
  const logIn = useMutation({
    mutationFn: () => send('POST', '/v1/session/setup', { body: { secret } }),
    onSuccess: () => queries.resetQueries(),
  });
  return (
    <>
      <p>This link logs you in as the administrator, once.</p>
      <button
        type="button"
        className="button is-main is-wide"
        disabled={logIn.isPending}
        onClick={() => void logIn.mutate()}
      >
        Log in
      </button>
      <Refusal error={logIn.error} />
    </>
  );
}
