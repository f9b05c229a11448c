import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** Asks again by itself only where that may help: when the server did not answer, or is busy. */
export const client = new QueryClient({
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
