import { Link } from '@tanstack/react-router';
import { useTitle } from './use-title.ts';

export function NotFound() {
  useTitle('Not found');
  return (
    <main className="log-in">
      <h1>There is no such page</h1>
      <p>
        Nothing lies under <code>{window.location.pathname}</code>. <Link to="/">To the fleet</Link>
      </p>
    </main>
  );
}
