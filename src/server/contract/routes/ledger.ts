import { Advisories, AdvisoryImport, ImportQuery } from '../events.ts';
import { LedgerEntry, LedgerExportQuery, LedgerProof, LedgerProofQuery, LedgerQuery } from '../ledger.ts';
import { pageOf } from '../shared.ts';
import { route, type Route } from '../route.ts';

const mebibyte = 1 << 20;

export const ledgerRoutes = {
  listLedger: route({
    method: 'GET',
    path: '/v1/ledger',
    tag: 'ledger',
    summary: 'Entries, newest first',
    permission: 'ledger.read',
    query: LedgerQuery,
    answer: pageOf(LedgerEntry),
  }),
  verifyLedger: route({
    method: 'GET',
    path: '/v1/ledger/verify',
    tag: 'ledger',
    summary: 'Check the chain and its signed heads now, in parts where it is long',
    permission: 'ledger.read',
    query: LedgerProofQuery,
    answer: LedgerProof,
  }),
  exportLedger: route({
    method: 'GET',
    path: '/v1/ledger/export',
    tag: 'ledger',
    summary: 'Entries as lines; plimsoll ledger verify checks JSON lines offline',
    permission: 'ledger.export',
    ledger: ['ledger.export'],
    query: LedgerExportQuery,
    answerType: 'application/x-ndjson',
  }),
  getAdvisories: route({
    method: 'GET',
    path: '/v1/advisories',
    tag: 'advisories',
    summary: 'The advisory database',
    permission: 'read',
    answer: Advisories,
  }),
  importAdvisories: route({
    method: 'POST',
    path: '/v1/advisories/import',
    tag: 'advisories',
    summary: 'Take in OSV advisories (JSON, lines of JSON or zip) and judge again',
    permission: 'advisories.write',
    ledger: ['advisories.import', 'judging.begin'],
    query: ImportQuery,
    rawBody: 'application/octet-stream',
    bodyLimitBytes: 2048 * mebibyte,
    answer: AdvisoryImport,
  }),
  getEvents: route({
    method: 'GET',
    path: '/v1/events',
    tag: 'events',
    summary: 'What happens, as server-sent events',
    permission: 'read',
    answerType: 'text/event-stream',
  }),
} satisfies Readonly<Record<string, Route>>;
