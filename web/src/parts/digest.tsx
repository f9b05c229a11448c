import { CopyButton } from './copy-button.tsx';
import { shortDigest } from './words.ts';

/** Twelve characters of it, and a button for the whole. */
export function Digest({ value, plain = false }: { readonly value: string; readonly plain?: boolean }) {
  return (
    <span className="digest">
      <code title={value}>{shortDigest(value)}</code>
      {!plain && <CopyButton text={value} what={`digest ${shortDigest(value)}`} />}
    </span>
  );
}
