/** The ledger exported, signed and verified. */
export { type ExportCursor, readExportCursor, writeExportCursor } from './export-cursor.ts';
export { type ExportedLedger, type ExportFormat, exportLedger, type ExportSink } from './export-ledger.ts';
export { localActor } from './local-actor.ts';
export { ledgerSigner } from './ledger-key.ts';
export { type OpenSink, openFileSink, openWebhookSink } from './sinks.ts';
export { openSyslogSink } from './syslog-sink.ts';
export { type LedgerProof, proveLedger } from './prove-ledger.ts';
export { type LedgerVerification, verifyLedger } from './verify-ledger.ts';
