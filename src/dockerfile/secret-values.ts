import type { SecretFact } from './facts.ts';

/** Secrets that can be told by their form alone, with the letters that tell them. */
const forms: readonly { readonly title: string; readonly pattern: RegExp }[] = [
  { title: 'AWS access key id', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/ },
  { title: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})\b/ },
  { title: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|cbt|ptt)-[\w-]{20,64}/ },
  { title: 'Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/ },
  { title: 'Google API key', pattern: /\bAIza[\w-]{35}/ },
  { title: 'Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{16,250}\b/ },
  { title: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { title: 'PyPI token', pattern: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,250}/ },
  { title: 'Docker Hub token', pattern: /\bdckr_pat_[\w-]{27}/ },
  { title: 'private key', pattern: /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/ },
  { title: 'JSON web token', pattern: /\beyJ[\w-]{10,4096}\.eyJ[\w-]{10,4096}\.[\w-]{10,1024}/ },
  { title: 'password in an address', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@$]{1,100}:[^\s:/@$]{3,200}@/ },
];

const longest = 16_384;

/** What a text holds that is a secret by its form. */
export function secretsIn(text: string): readonly SecretFact[] {
  if (text.length < 8 || text.length > longest) return [];
  return forms.flatMap(({ title, pattern }) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    const [whole] = match;
    const start = match.index;
    return [{ title, redacted: redacted(whole), start, end: start + whole.length }];
  });
}

/** The first letters, which tell the kind, and how many there are. */
function redacted(secret: string): string {
  return secret.includes('://') || secret.startsWith('-----') ? `(${secret.length} letters)` : `${secret.slice(0, 4)}…`;
}
