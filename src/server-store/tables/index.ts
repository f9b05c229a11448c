/** The tables as Kysely sees them: one file for each idea, as in migrations. */
import type { ImageTables } from './images.ts';
import type { InventoryTables } from './inventory.ts';
import type { JudgingTables } from './judging.ts';
import type { LedgerTables } from './ledger.ts';

export type Tables = LedgerTables & ImageTables & InventoryTables & JudgingTables;
