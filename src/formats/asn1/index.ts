/**
 * DER bytes to a tree of elements, read where asked and never copied. It does no validation beyond lengths and gives no
 * values but those of a few simple types.
 */
export * from './der.ts';
