import { useLayoutEffect, useRef, type ReactNode } from 'react';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Slides at the page's side and leaves the list in sight. */
  readonly side?: boolean;
}

/** The browser's own dialog: it holds the focus, on its first field if it has one, and closes by Escape; the focus goes back then. */
export function Dialog({ title, onClose, children, wide = false, side = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  // Text that is marked beyond the edge of the dialog ends outside, but was not meant to close it.
  const isPressedOutside = useRef(false);
  useLayoutEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`dialog${wide ? ' is-wide' : ''}${side ? ' is-side' : ''}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        isPressedOutside.current = event.target === element.current;
      }}
      onClick={(event) => {
        if (event.target === element.current && isPressedOutside.current) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="button is-quiet" onClick={onClose} aria-label="Close">
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
