import { type Policy, type Waiver, withWaivers } from '../../policy/index.ts';

/** Makes sure that a policy would take waivers. @throws CodedError `invalid-policy` */
export function checkWaivers(policy: Policy, waivers: readonly Waiver[]): void {
  withWaivers(policy, waivers);
}
