import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** Asks again by itself only where that may help: when the server did not answer, or is busy. */
export const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ended is noticed by whatever is asked next.
    onError: (error, { queryKey }) => {
      if (error instanceof ApiError && error.status === 401 && queryKey[0] !== 'me')
        void client.invalidateQueries({ queryKey: ['me'] });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) =>
        failures < 1 && error instanceof ApiError && (error.status === 0 || error.status === 503),
      retryDelay: 800,
    },
    mutations: { retry: false },
  },
});
