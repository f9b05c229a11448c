import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseStatement } from '../envelope/statement.ts';
import { factsOf } from '../predicates/list.ts';
import { isRefusal } from '../refusal.ts';
import { authenticate, envelopeOf } from './authenticate.ts';
import { isReadable } from './claim.ts';
import { readBundle } from './read-bundle.ts';
import { parseSigstoreRoot, type SigstoreRoot } from './trusted-root.ts';

const vector = (name: string): Buffer =>
  readFileSync(new URL(`../../../test/vectors/sigstore/${name}`, import.meta.url));

describe("what Sigstore's public services signed in 2023", () => {
  const sigstore = parseSigstoreRoot(vector('trusted_root.json'), 'trusted_root.json');
  const claim = readBundle(vector('sigstore-2.0.0-provenance.sigstore.json'), 'here');
  if (!isReadable(claim)) throw new Error(claim.refusal.what);

  test('is verified offline: certificate, its log, the entry, the time', () => {
    expect(authenticate(claim, { keys: [], sigstore })).toEqual({
      by: 'certificate',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main',
      provenAt: new Date('2023-08-18T16:05:35.000Z'),
    });
    const statement = parseStatement(envelopeOf(claim.bundle)!.payload);
    expect(isRefusal(statement) ? statement : factsOf(statement)).toMatchObject({
      kind: 'provenance',
      source: {
        uri: 'https://github.com/sigstore/sigstore-js',
        revision: 'f0b49a04e5a62250e0f60fb128004a73110fe311',
      },
    });
  });

  test.each<[string, (root: SigstoreRoot) => Partial<SigstoreRoot>, string]>([
    ['other certificate authorities', () => ({ certificateAuthorities: [] }), 'other-trust-root'],
    ['another transparency log', (root) => ({ tlogs: root.ctlogs }), 'log-proof-invalid'],
    ['another certificate log', (root) => ({ ctlogs: root.tlogs }), 'other-trust-root'],
  ])('is refused by a trusted root with %s', (_, edit, code) => {
    const other = { ...sigstore, ...edit(sigstore) };
    expect(authenticate(claim, { keys: [], sigstore: other })).toMatchObject({ code });
  });
});
