import { baseRoutes } from './routes/bases.ts';
import { imageRoutes } from './routes/images.ts';
import { inventoryRoutes } from './routes/inventory.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { notifyRoutes } from './routes/notify.ts';
import { policyRoutes } from './routes/policies.ts';
import { sessionRoutes } from './routes/session.ts';
import { trustRoutes } from './routes/trust.ts';
import { vexRoutes } from './routes/vex.ts';

/** Every route of the API, by a name that code on both sides calls it by. */
export const routes = {
  ...imageRoutes,
  ...inventoryRoutes,
  ...baseRoutes,
  ...policyRoutes,
  ...vexRoutes,
  ...notifyRoutes,
  ...trustRoutes,
  ...ledgerRoutes,
  ...sessionRoutes,
};

export type RouteName = keyof typeof routes;
