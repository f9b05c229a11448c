import { useState, type KeyboardEvent, type RefObject } from 'react';

/** Words that begin as what is typed, where the cursor stands in a text. */
export type CompletionsAt = (text: string, at: number, begun: string) => readonly string[];

interface Completed {
  readonly text: string;
  readonly onChange: ((text: string) => void) | undefined;
  readonly completionsAt: CompletionsAt | undefined;
}

interface Completion {
  readonly words: readonly string[];
  readonly active: number;
  readonly take: (word: string) => void;
  readonly close: () => void;
  /** Whether the key was meant for the completion. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

/** Ctrl+space offers words, arrows choose, enter takes one. */
export function useCompletion(
  area: RefObject<HTMLTextAreaElement | null>,
  { text, onChange, completionsAt }: Completed,
): Completion {
  const [words, setWords] = useState<readonly string[]>([]);
  const [active, setActive] = useState(0);
  const close = (): void => setWords((open) => (open.length === 0 ? open : []));
  const take = (word: string): void => {
    const element = area.current;
    if (element === null || onChange === undefined) return;
    const at = element.selectionStart;
    const begun = beginningOf(text, at);
    onChange(text.slice(0, at - begun.length) + word + text.slice(at));
    close();
    const end = at - begun.length + word.length;
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(end, end);
    });
  };
  const offer = (): void => {
    const at = area.current?.selectionStart ?? 0;
    const found = completionsAt?.(text, at, beginningOf(text, at)) ?? [];
    if (found.length === 1) take(found[0]!);
    else {
      setWords(found);
      setActive(0);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (event.key === ' ' && event.ctrlKey && onChange !== undefined && completionsAt !== undefined) {
      event.preventDefault();
      offer();
      return true;
    }
    if (words.length === 0) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setActive((active + step + words.length) % words.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(words[active]!);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    return true;
  };
  return { words, active, take, close, onKeyDown };
}

function beginningOf(text: string, at: number): string {
  return /[a-zA-Z-]*$/.exec(text.slice(0, at))![0];
}
