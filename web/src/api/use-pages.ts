import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, type Query } from './client.ts';
import type { PageOf } from './contract.ts';

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  /** There is more than was fetched. */
  readonly hasMore: boolean;
  readonly fetchMore: () => void;
  /** Reads it anew, from the top. */
  readonly refresh: () => void;
}

/** The first page is small, so that something stands there at once; the others are not, so that scrolling is not waiting. */
const firstLimit = 100;
const nextLimit = 1000;

/** A list that may be endless, page by page. Nothing moves by itself in it: `refresh` is for whoever reads it. */
export function usePages<T>(key: readonly string[], path: string, query: Query = {}): Pages<T> {
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) =>
      get<PageOf<T>>(
        path,
        { ...query, limit: pageParam === undefined ? firstLimit : nextLimit, cursor: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: 60_000,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return {
    rows,
    isLoading: isPending,
    error: rows.length > 0 ? null : error,
    hasMore: hasNextPage,
    fetchMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refresh: () => void refetch(),
  };
}
