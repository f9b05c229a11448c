import { ledgerTables } from './0001-ledger.ts';
import { imageTables } from './0002-images.ts';
import { inventoryTables } from './0003-inventory.ts';
import { serviceTables } from './0004-service.ts';
import { judgingTables } from './0005-judging.ts';
import { serverParts } from './0006-server-parts.ts';
import { bodyPlaceTables } from './0007-body-places.ts';
import { judgingLess } from './0008-judging-less.ts';
import { vexTables } from './0009-vex.ts';
import { evidenceTables } from './0010-evidence.ts';
import { standingTables } from './0011-standing.ts';
import { notifyTables } from './0012-notify.ts';
import { findingPast } from './0013-finding-past.ts';
import { waiverPerson } from './0014-waiver-person.ts';
import { packedVerdicts } from './0015-packed-verdicts.ts';
import { standingByKeys } from './0016-standing-by-keys.ts';
import type { Migration } from './migration.ts';

/** Every step, in order. */
export const migrations: readonly Migration[] = [
  ledgerTables,
  imageTables,
  inventoryTables,
  serviceTables,
  judgingTables,
  serverParts,
  bodyPlaceTables,
  judgingLess,
  vexTables,
  evidenceTables,
  standingTables,
  notifyTables,
  findingPast,
  waiverPerson,
  packedVerdicts,
  standingByKeys,
];
