import { useCallback, useEffect, useState, type KeyboardEvent, type RefObject } from 'react';

interface TableKeys {
  readonly count: number;
  readonly scrollTo: (index: number) => void;
  readonly open: (index: number) => void;
  readonly body: RefObject<HTMLElement | null>;
}

/** Whether somebody types: then letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** The row may not exist before the scrolling is drawn: tried for some frames. */
function focusRow(body: RefObject<HTMLElement | null>, index: number, tries = 20): void {
  const row = body.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  if (row !== null && row !== undefined) row.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusRow(body, index, tries - 1));
}

/** j, k, arrows, page, home, end and enter over rows of which only some exist. j and k work from anywhere on the page. */
export function useTableKeys({ count, scrollTo, open, body }: TableKeys) {
  const [active, setActive] = useState(0);

  const go = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(count - 1, index));
      setActive(next);
      scrollTo(next);
      focusRow(body, next);
    },
    [body, count, scrollTo],
  );

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null || count === 0) return;
      const inside = body.current?.contains(document.activeElement) === true;
      if (event.key === 'j') go(inside ? active + 1 : active);
      else if (event.key === 'k') go(inside ? active - 1 : active);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [active, body, count, go]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + 20,
      PageUp: active - 20,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) {
      event.preventDefault();
      go(next);
    } else if (event.key === 'Enter' && (event.target as Element).matches('[role="row"]')) {
      event.preventDefault();
      open(active);
    }
  };
  return { active, setActive, onKeyDown };
}
