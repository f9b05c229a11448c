/**
 * Kubernetes clusters: pods by list and watch over the API, as a role may that can only get, list and watch. Reads no secret and
 * changes nothing.
 */
export { type AuditedDeed, parseAudit } from './audit.ts';
export { kubernetesInventory } from './kubernetes.ts';
