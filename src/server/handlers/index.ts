import type { Authenticator } from '../identity/authenticate.ts';
import { afterwards, joiningStore } from '../../server-store/index.ts';
import { withKeptReads } from '../answers/kept-reads.ts';
import type { Handlers } from '../http/handler.ts';
import type { Service } from '../service.ts';
import { advisoryHandlers } from './advisories.ts';
import { baseHandlers } from './bases.ts';
import { eventHandlers } from './events.ts';
import { imageDetailHandlers } from './image-details.ts';
import { imageHandlers } from './images.ts';
import { impactHandlers } from './impact.ts';
import { inventoryHandlers } from './inventory.ts';
import { ledgerHandlers } from './ledger.ts';
import { notifyHandlers } from './notify.ts';
import { policyHandlers } from './policies.ts';
import { scanHandlers } from './scans.ts';
import { sessionHandlers } from './session.ts';
import { sourceHandlers } from './sources.ts';
import { timeToFixHandlers } from './time-to-fix.ts';
import { tokenHandlers } from './tokens.ts';
import { trustHandlers } from './trust.ts';
import { vexHandlers } from './vex.ts';
import { waiverHandlers } from './waivers.ts';

/** What answers each route of the contract. */
export function makeHandlers(whole: Service, authenticator: Authenticator): Handlers {
  // Requests with an Idempotency-Key are one transaction with their answer: whoever is woken by one finds what it did.
  const service: Service = {
    ...whole,
    store: joiningStore(whole.store),
    wakeJobs: () => afterwards(whole.wakeJobs),
    judgeAgain: () => afterwards(whole.judgeAgain),
  };
  const handlers: Handlers = {
    ...imageHandlers(service),
    ...imageDetailHandlers(service),
    ...timeToFixHandlers(service),
    ...scanHandlers(service),
    ...inventoryHandlers(service),
    ...sourceHandlers(service),
    ...baseHandlers(service),
    ...impactHandlers(service),
    ...policyHandlers(service),
    ...waiverHandlers(service),
    ...vexHandlers(service),
    ...notifyHandlers(service),
    ...trustHandlers(service),
    ...ledgerHandlers(service),
    ...advisoryHandlers(service),
    ...eventHandlers(service),
    ...sessionHandlers(service, authenticator),
    ...tokenHandlers(service, authenticator),
  };
  return withKeptReads(handlers, service);
}
