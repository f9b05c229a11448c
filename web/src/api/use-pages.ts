import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, type Query } from './client.ts';
import type { PageOf } from './contract.ts';

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly isLoading: boolean;
  /** Why there is nothing at all. */
  readonly error: Error | null;
  /** Why there is no more than this, or nothing newer. */
  readonly moreError: Error | null;
  /** When its top was read, in milliseconds. */
  readonly readAt: number;
  /** There is more than was fetched. */
  readonly hasMore: boolean;
  /** By itself not again after a failure: `retryMore` does. */
  readonly fetchMore: () => void;
  readonly retryMore: () => void;
  /** Reads it anew, from the top. */
  readonly refresh: () => void;
}

/** The first page is small, so that something stands there at once; the others are not, so that scrolling is not waiting. */
const firstLimit = 100;
const nextLimit = 1000;

/** A list that may be endless, page by page. Nothing moves by itself in it: `refresh` is for whoever reads it. */
export function usePages<T>(key: readonly string[], path: string, query: Query = {}): Pages<T> {
  const asked = useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: async ({ pageParam, signal }) => {
      const readAt = Date.now();
      const limit = pageParam === undefined ? firstLimit : nextLimit;
      return { ...(await get<PageOf<T>>(path, { ...query, limit, cursor: pageParam }, signal)), readAt };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    staleTime: 60_000,
  });
  const { data, isPending, error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, refetch } = asked;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const isFilled = rows.length > 0;
  const fetchMore = (): void => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  };
  return {
    rows,
    isLoading: isPending,
    error: isFilled ? null : error,
    moreError: isFilled && !isFetching ? error : null,
    readAt: data?.pages[0]?.readAt ?? 0,
    hasMore: hasNextPage,
    fetchMore: () => {
      if (error === null) fetchMore();
    },
    retryMore: () => (isFetchNextPageError ? fetchMore() : void refetch()),
    refresh: () => void refetch(),
  };
}
