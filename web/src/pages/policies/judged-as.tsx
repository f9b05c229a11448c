import type { PolicySummary } from '../../api/contract.ts';
import { Digest } from '../../parts/digest.tsx';
import { counted } from '../../parts/words.ts';

/** By which digest verdicts of now name the policy: its text, and the waivers that were approved. */
export function JudgedAs({ policy }: { readonly policy: PolicySummary }) {
  if (policy.judgedAs === undefined) return null;
  const { digest, waivers } = policy.judgedAs;
  return (
    <p className="dots">
      <span>
        verdicts name it by <Digest value={digest} />
      </span>
      <span className="soft">{waivers === 0 ? 'no waiver is in force' : `with ${counted(waivers, 'waiver')}`}</span>
    </p>
  );
}
