import { Fragment } from 'react';

/** A reference, digest or path that breaks before its separators where it must, not inside a word or version. */
export function Breakable({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(?=[/:@])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
