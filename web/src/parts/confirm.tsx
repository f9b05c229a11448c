import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Refusal } from './states.tsx';

interface ConfirmProps {
  /** "Forget the source edge-1" */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** The name that must be typed. */
  readonly name: string;
  readonly button: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Destructive things ask with the name of the thing. */
export function Confirm({ title, meaning, name, button, onConfirm, onClose }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const confirm = (): void => {
    setBusy(true);
    onConfirm().then(onClose, (failure: unknown) => {
      setBusy(false);
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) confirm();
        }}
      >
        <p>{meaning}</p>
        <label className="field">
          <span>
            Type <code>{name}</code> to go on
          </span>
          <input
            className="input"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
          />
        </label>
        <Refusal error={error} />
        <p className="form-foot">
          <button type="submit" className="button is-main" disabled={typed !== name || isBusy}>
            {button}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Keep it
          </button>
        </p>
      </form>
    </Dialog>
  );
}
