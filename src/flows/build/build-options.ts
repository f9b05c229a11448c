import type { AuditLabels, BuildNetwork } from '../../build/index.ts';
import type { ScanOptions } from '../scan/index.ts';

/** What a user wants built, and how it is judged. */
export interface BuildOptions {
  /** The folder of the build context. */
  readonly context: string;
  /** Default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  /** References that it is built for, the first one first. */
  readonly references: readonly string[];
  readonly target?: string;
  readonly platform?: string;
  readonly buildArgs: readonly string[];
  readonly labels: readonly string[];
  readonly secrets: readonly string[];
  readonly network: BuildNetwork;
  /** Default: the first that is there. */
  readonly engine?: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly reproducible: boolean;
  readonly auditLabels: AuditLabels;
  readonly allowDirty: boolean;
  readonly local: boolean;
  readonly builderFile?: string;
  readonly requestedBy?: string;
  /** The organisation's catalogue of bases. */
  readonly basesFolder?: string;
  readonly scan: Omit<ScanOptions, 'platform' | 'base' | 'baseImage' | 'onFetch'>;
  readonly database: { readonly path: string; readonly isAsked: boolean };
  readonly judge: {
    readonly policy?: string;
    readonly waiverFiles: readonly string[];
    readonly vexFiles: readonly string[];
    readonly scope?: string;
    readonly environment?: string;
    readonly team?: string;
    readonly regulations?: readonly string[];
  };
  /** What time it is when it is asked: for when the build ended. */
  clock(): Date;
  /** A line that the engine says. */
  onLine(line: string): void;
  /** What the user should know and that stops nothing. */
  onNote(note: string): void;
}
