import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { send } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { ThemeSwitch } from './theme-switch.tsx';

interface TopProps {
  readonly onSearch: () => void;
  readonly onKeys: () => void;
}

export function Top({ onSearch, onKeys }: TopProps) {
  return (
    <header className="top">
      <Link to="/" className="brand" aria-label="Plimsoll, to the fleet">
        <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" className="brand-mark">
          <circle cx="12" cy="12" r="8.5" />
          <path className="brand-water" d="M4.6 15.5a8.4 8.4 0 0 0 14.8 0z" />
          <path d="M1 12h22" />
        </svg>
        <span>Plimsoll</span>
      </Link>
      <button type="button" className="search-button" onClick={onSearch}>
        <span className="search-button-text">Search images, CVEs, packages, people</span>
        <kbd>/</kbd>
      </button>
      <div className="top-end">
        <ThemeSwitch />
        <button type="button" className="button is-quiet" onClick={onKeys} aria-label="Keys">
          <kbd>?</kbd>
        </button>
        <Who />
      </div>
    </header>
  );
}

function Who() {
  const { data: me } = useQuery(meQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const logOut = useMutation({
    mutationFn: () => send('POST', '/v1/session/logout'),
    onSuccess: async () => {
      await navigate({ to: '/log-in' });
      client.clear();
    },
  });
  if (me === undefined) return null;
  return (
    <span className="who">
      <span className="who-name" title={`${me.actor.name}, ${me.roles.join(', ')}`}>
        {me.displayName}
      </span>
      <button type="button" className="button is-quiet" onClick={() => logOut.mutate()} disabled={logOut.isPending}>
        Log out
      </button>
    </span>
  );
}
