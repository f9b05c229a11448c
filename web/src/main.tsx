import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { client } from './api/query-client.ts';
import { router } from './router.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/table.css';
import './styles/pages.css';

// A server that was upgraded meanwhile no longer has the pieces that this page would load: its new page has. Not twice in a row.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('plimsoll-reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem('plimsoll-reloaded', String(Date.now()));
  window.location.reload();
});

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
