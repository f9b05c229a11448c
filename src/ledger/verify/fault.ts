/** The first thing that is wrong with an exported ledger. */
export interface LedgerFault {
  readonly kind: 'altered' | 'dropped' | 'reordered' | 'cut-off' | 'forged-head' | 'unreadable';
  /** The first entry concerned; absent where none can be named. */
  readonly sequence?: number;
  /** The line of the file, from 1, where it shows. */
  readonly line: number;
  /** One sentence without a full stop. */
  readonly message: string;
}
