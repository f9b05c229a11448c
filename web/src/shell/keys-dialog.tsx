import { Dialog } from '../parts/dialog.tsx';

const keys = [
  ['/', 'search everything'],
  ['?', 'these keys'],
  ['j, ↓', 'next row of a table'],
  ['k, ↑', 'row before'],
  ['enter', 'open the row'],
  ['home, end', 'first and last row'],
  ['page up, page down', 'twenty rows'],
  ['← →', 'between the layers of an image'],
  ['escape', 'close what is open'],
] as const;

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
