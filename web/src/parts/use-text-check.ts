import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export type TextErrors = readonly {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string | undefined;
}[];

export interface TextCheck<T> {
  readonly state: 'checking' | 'right' | 'wrong' | 'failed';
  readonly errors: TextErrors;
  /** What the server said last. */
  readonly data: T | undefined;
}

/** What the server says of a text, a moment after the last key. `key` names all that the answer depends on but the text. */
export function useTextCheck<T extends { readonly errors: TextErrors }>(
  key: readonly string[],
  text: string,
  ask: (text: string, signal: AbortSignal) => Promise<T>,
): TextCheck<T> {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isError, isPlaceholderData } = useQuery({
    queryKey: [...key, asked],
    queryFn: ({ signal }) => ask(asked, signal),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const errors = data?.errors ?? [];
  if (isError) return { state: 'failed', errors: [], data };
  if (data === undefined || isPlaceholderData || asked !== text) return { state: 'checking', errors, data };
  return { state: errors.length === 0 ? 'right' : 'wrong', errors, data };
}
