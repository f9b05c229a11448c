/** Bytes of JSON to values, with limits on size and depth, so that whoever walks them can't run out of stack. */
export * from './bounded-json.ts';
