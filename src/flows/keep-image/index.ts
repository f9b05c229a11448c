/**
 * A record comes into the server's store: it is judged in every scope of the organisation's policy and kept with its verdicts, the
 * lives of its findings, what the ledger says of it and what those who look on hear of it, all at once.
 */
export { type ActivePolicy, activePolicy, activePolicyName, seedPolicies, setActivePolicy } from './active-policy.ts';
export { judgeInScopes, judgeInScopesUntil, type JudgedAs, scopesOf } from './judge-in-scopes.ts';
export { type KeptImage, keepImage, type KeepImageOptions } from './keep-image.ts';
export { checkRecord } from './check-record.ts';
export { checkWaivers } from './check-waivers.ts';
