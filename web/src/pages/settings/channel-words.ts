import type { NotifyChannel } from '../../api/contract.ts';

export const kindWords: Readonly<Record<NotifyChannel['kind'], string>> = {
  webhook: 'Webhook',
  slack: 'Slack',
  email: 'E-mail',
};

/** `a, b` to its parts; undefined where there is none. */
export function listOf(text: string): string[] | undefined {
  const parts = text
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts;
}
