import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { copyText } from './copy-button.tsx';
import { Failure } from './states.tsx';
import { useTableKeys } from './table-keys.ts';
import { sayWhatIsCut } from './say-what-is-cut.ts';
import { columnsIn, csvOf, useTop, useWidth, type Column } from './table-layout.ts';
import { count, counted } from './words.ts';

interface DataTableProps<Row> {
  /** What the rows are, for screen readers: "Images". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What enter and a click do. */
  readonly onOpen?: (row: Row) => void;
  /** `size` or `-size` */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  /** The end comes near. */
  readonly onEnd?: () => void;
  /** There are more rows than were fetched. */
  readonly hasMore?: boolean;
  /** Why there is no more, or nothing newer, though it was asked for. */
  readonly moreError?: Error | null;
  readonly onRetryMore?: () => void;
}

const rowHeight = 36;
/** On a phone a second line holds what has no column. */
const tallRowHeight = 60;
const narrow = 600;

/**
 * Rows of any number, of which only those in sight exist: the page itself scrolls, the header stays. j and k or the arrows go from
 * row to row, enter opens one.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rowKey, onOpen, sort, onEnd, hasMore = false, moreError = null } = props;
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(body);
  const shown = columnsIn(columns, width);
  const below = width >= narrow ? [] : columns.filter((column) => !shown.includes(column) && column.rank <= 3);
  const height = below.length > 0 ? tallRowHeight : rowHeight;
  const rows = useSorted(props);
  const top = useTop(body);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: 96,
    scrollPaddingEnd: 24,
  });
  const { measure } = virtual;
  useEffect(() => measure(), [height, measure]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 40) onEnd?.();
  }, [hasMore, last, rows.length, onEnd]);
  const { active, setActive, onKeyDown } = useTableKeys({
    count: rows.length,
    scrollTo: (index) => virtual.scrollToIndex(index),
    body,
    open: (index) => {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
  });
  const template = shown.map(({ min, grow = 0 }) => (grow > 0 ? `minmax(${min}px, ${grow}fr)` : `${min}px`)).join(' ');
  return (
    <div className="table-room">
      <div className="table" role="table" aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <div className="table-head" role="rowgroup">
          <div className="table-row is-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            {shown.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
        <div
          ref={body}
          role="rowgroup"
          className="table-body"
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
          onPointerOver={({ target }) => sayWhatIsCut(target)}
        >
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={rowKey(row)}
                data-index={item.index}
                className={onOpen === undefined ? 'table-row' : 'table-row is-open-able'}
                role="row"
                aria-rowindex={item.index + 2}
                tabIndex={item.index === Math.min(active, rows.length - 1) ? 0 : -1}
                style={{
                  gridTemplateColumns: template,
                  transform: `translateY(${item.start - top}px)`,
                  height,
                }}
                onFocus={() => setActive(item.index)}
                onClick={(event) => {
                  // A link, a button or marked text in the row is meant by itself.
                  if ((event.target as Element).closest('a, button') !== null) return;
                  if (window.getSelection()?.isCollapsed !== false) onOpen?.(row);
                }}
              >
                {shown.map((column) => (
                  <div
                    key={column.id}
                    role="cell"
                    className={column.align === 'end' ? 'table-cell is-end' : 'table-cell'}
                  >
                    {column.cell(row)}
                  </div>
                ))}
                {below.length > 0 && <Below columns={below} row={row} />}
              </div>
            );
          })}
        </div>
      </div>
      {moreError !== null && <MoreFailure error={moreError} onRetry={props.onRetryMore} />}
      <TableFoot columns={columns} rows={rows} hasMore={hasMore} label={label} />
    </div>
  );
}

/** What has no column of its own where the window is narrow, each with its head. */
function Below<Row>({ columns, row }: { readonly columns: readonly Column<Row>[]; readonly row: Row }) {
  return (
    <div role="cell" className="table-below">
      {columns.map((column) =>
        column.text(row) === '' ? null : (
          <span
            key={column.id}
            className={`table-below-part${column.grow === undefined ? '' : ' is-long'}`}
            // What has the most to say gives way first.
            style={{ flexShrink: (column.grow ?? 0) ** 3 }}
          >
            {(column.align === 'end' || column.isNamedBelow === true) && (
              <span className="soft">{`${column.head} `}</span>
            )}
            {column.cell(row)}
          </span>
        ),
      )}
    </div>
  );
}

/** Sorts here where the column says how; else the server has. */
function useSorted<Row>({ rows, columns, sort }: DataTableProps<Row>): readonly Row[] {
  return useMemo(() => {
    const word = sort?.replace(/^-/, '');
    const compare = columns.find((column) => column.sort === word)?.compare;
    if (compare === undefined || word === undefined) return rows;
    const sign = sort?.startsWith('-') === true ? -1 : 1;
    return [...rows].sort((a, b) => sign * compare(a, b));
  }, [rows, columns, sort]);
}

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}) {
  const className = column.align === 'end' ? 'table-cell is-end' : 'table-cell';
  const word = column.sort;
  if (word === undefined || onSort === undefined)
    return (
      <div role="columnheader" className={className} title={column.meaning}>
        {column.head}
      </div>
    );
  const order = sort === word ? 'ascending' : sort === `-${word}` ? 'descending' : 'none';
  return (
    <div role="columnheader" className={className} aria-sort={order} title={column.meaning}>
      <button type="button" className="sort" onClick={() => onSort(order === 'ascending' ? `-${word}` : word)}>
        {column.head}
        <span aria-hidden="true" className="sort-arrow">
          {order === 'ascending' ? '↑' : order === 'descending' ? '↓' : ''}
        </span>
      </button>
    </div>
  );
}

/** The rows that are here stay; what is missing, and a way to it. */
function MoreFailure({ error, onRetry }: { readonly error: Error; readonly onRetry: (() => void) | undefined }) {
  return (
    <div className="table-more">
      <Failure error={error} what="more than these rows, or newer ones" onRetry={onRetry} />
    </div>
  );
}

function TableFoot<Row>({
  columns,
  rows,
  hasMore,
  label,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly label: string;
}) {
  const [said, setSaid] = useState('');
  return (
    <p className="table-foot">
      <span>
        {hasMore
          ? `${count(rows.length)} rows so far, more as you scroll`
          : `${counted(rows.length, 'row')}, that is all`}
      </span>
      <button
        type="button"
        className="button is-quiet"
        onClick={() =>
          void copyText(csvOf(columns, rows)).then(
            () => setSaid(`${counted(rows.length, 'row')} copied`),
            () => setSaid('The browser did not allow it'),
          )
        }
      >
        Copy as CSV
        <span className="unseen">{` (${label})`}</span>
      </button>
      <span role="status">{said}</span>
    </p>
  );
}
