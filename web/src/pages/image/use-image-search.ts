import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Changes words of the image page's address and leaves the reader where he is. */
export function useImageSearch(digest: string): (words: Readonly<Record<string, string | undefined>>) => void {
  const navigate = useNavigate();
  return useCallback(
    (words) =>
      void navigate({
        to: '/images/$digest',
        params: { digest },
        search: (old) => ({ ...old, ...words }),
        replace: true,
        resetScroll: false,
      }),
    [digest, navigate],
  );
}
