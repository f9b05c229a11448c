import { useRef, type KeyboardEvent } from 'react';
import { type CompletionsAt, useCompletion } from './use-completion.ts';
import type { TextErrors } from './use-text-check.ts';

interface EditorProps {
  /** What is written in it, for screen readers. */
  readonly label: string;
  readonly text: string;
  /** Absent: only to read. */
  readonly onChange: ((text: string) => void) | undefined;
  readonly errors: TextErrors;
  /** Which words may stand where the cursor is. Absent: none is offered. */
  readonly completionsAt?: CompletionsAt;
}

/**
 * A text area with line numbers; lines with a mistake are marked. Ctrl+space completes the word where words are known. Tab leaves it,
 * as everywhere: two spaces are two spaces.
 */
export function Editor({ label, text, onChange, errors, completionsAt }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const completion = useCompletion(area, { text, onChange, completionsAt });
  const wrong = new Set(errors.map(({ line }) => line));
  const lines = text.split('\n').length;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (completion.onKeyDown(event) || onChange === undefined) return;
    if (event.key === 'Enter' && !event.shiftKey) keepIndent(event, onChange);
  };
  return (
    <div className="editor">
      <div className="editor-gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <div key={index} className={wrong.has(index + 1) ? 'editor-number is-wrong' : 'editor-number'}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        className="editor-text"
        aria-label={label}
        aria-invalid={errors.length > 0}
        value={text}
        readOnly={onChange === undefined}
        onChange={(event) => {
          onChange?.(event.target.value);
          completion.close();
        }}
        onKeyDown={onKeyDown}
        onBlur={completion.close}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        rows={Math.min(Math.max(lines + 1, 18), 40)}
      />
      {completion.words.length > 0 && (
        <ul className="completions" role="listbox" aria-label="Completions">
          {completion.words.map((word, index) => (
            <li
              key={word}
              role="option"
              aria-selected={index === completion.active}
              onMouseDown={(event) => {
                event.preventDefault();
                completion.take(word);
              }}
            >
              {word}
            </li>
          ))}
        </ul>
      )}
      <span className="unseen" role="status">
        {completion.words.length > 0
          ? `${completion.words.length} completions, ${completion.words[completion.active] ?? ''}`
          : ''}
      </span>
    </div>
  );
}

/** A new line begins where the one before it did. */
function keepIndent(event: KeyboardEvent<HTMLTextAreaElement>, onChange: (text: string) => void): void {
  const area = event.currentTarget;
  const { value, selectionStart, selectionEnd } = area;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const indent = /^ */.exec(line)![0] + (/:\s*$/.test(line) ? '  ' : '');
  if (indent === '') return;
  event.preventDefault();
  onChange(`${value.slice(0, selectionStart)}\n${indent}${value.slice(selectionEnd)}`);
  requestAnimationFrame(() =>
    area.setSelectionRange(selectionStart + 1 + indent.length, selectionStart + 1 + indent.length),
  );
}
