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
import './styles/marks.css';
import './styles/forms.css';
import './styles/dialogs.css';
import './styles/table.css';
import './styles/fleet.css';
import './styles/image.css';
import './styles/bases.css';
import './styles/policy.css';
import './styles/ledger.css';
// What several pages share, and how all of them fold on a phone.
import './styles/pages.css';

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
