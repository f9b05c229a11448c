import { send } from '../../api/client.ts';
import type { PolicyCheck } from '../../api/contract.ts';
import { type TextCheck, useTextCheck } from '../../parts/use-text-check.ts';

/** What the server says of the text of a policy. */
export function usePolicyCheck(text: string): TextCheck<PolicyCheck> {
  return useTextCheck(['policy-check'], text, (asked, signal) =>
    send<PolicyCheck>('POST', '/v1/policies/check', { body: { text: asked }, signal }),
  );
}
