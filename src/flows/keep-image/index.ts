/** A record is judged in every scope of the organisation's policy. */
export { type ActivePolicy, activePolicy, activePolicyName, seedPolicies, setActivePolicy } from './active-policy.ts';
export { judgeInScopes, scopesOf } from './judge-in-scopes.ts';
