import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { send } from '../../api/client.ts';
import type { PolicyCheck } from '../../api/contract.ts';

export type PolicyErrors = PolicyCheck['errors'];

interface Checked {
  readonly state: 'checking' | 'right' | 'wrong' | 'failed';
  readonly errors: PolicyErrors;
  readonly scopes: readonly string[];
}

/** What the server says of a text, a moment after the last key. */
export function usePolicyCheck(text: string): Checked {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, isError, isPlaceholderData } = useQuery({
    queryKey: ['policy-check', asked],
    queryFn: ({ signal }) => send<PolicyCheck>('POST', '/v1/policies/check', { body: { text: asked }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const errors = data?.errors ?? [];
  const scopes = data?.scopes ?? [];
  if (isError) return { state: 'failed', errors: [], scopes };
  if (data === undefined || isPlaceholderData || asked !== text) return { state: 'checking', errors, scopes };
  return { state: errors.length === 0 ? 'right' : 'wrong', errors, scopes };
}
