import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Filters of a list; each stands in the address. */
export function Filters({ children, onClear }: { readonly children: ReactNode; readonly onClear?: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={isOpen ? 'filters' : 'filters is-folded'} role="search">
      {children}
      <button type="button" className="button filters-more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Fewer filters' : 'Filters'}
      </button>
      {onClear !== undefined && (
        <button type="button" className="button is-quiet" onClick={onClear}>
          Clear filters
        </button>
      )}
    </div>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly placeholder?: string;
  readonly wide?: boolean;
  readonly autoFocus?: boolean;
}

/** Waits a moment for more letters before it asks. */
export function TextFilter({ label, value, onChange, placeholder, wide = false, autoFocus = false }: TextFilterProps) {
  const [text, setText] = useState(value ?? '');
  const sent = useRef(value ?? '');
  useEffect(() => {
    // The address changed from elsewhere: back, a link, "clear".
    if ((value ?? '') !== sent.current) {
      sent.current = value ?? '';
      setText(value ?? '');
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange(text.trim() === '' ? undefined : text.trim());
    }, 200);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <label className={`filter${wide ? ' is-wide' : ''}`}>
      <span className="filter-label">{label}</span>
      <input
        type="search"
        className="input"
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        // The one thing to do on such a page is to type.
        autoFocus={autoFocus}
      />
    </label>
  );
}

interface ChoiceFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string | undefined) => void;
  /** What no choice means. */
  readonly all?: string;
}

export function ChoiceFilter({ label, value, options, onChange, all = 'any' }: ChoiceFilterProps) {
  return (
    <label className="filter">
      <span className="filter-label">{label}</span>
      <select
        className="input"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{all}</option>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export const resultOptions = [
  ['fail', 'fail'],
  ['cannot-tell', 'cannot tell'],
  ['unknown', 'unknown'],
  ['pass', 'pass'],
] as const;

export const severityOptions = [
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'negligible'],
  ['unknown', 'unknown'],
] as const;
