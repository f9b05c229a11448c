/** Every reason for which verification refuses, and what helps. docs/howto/sign-and-verify.md lists the codes. */
export const refusalMends = {
  // signature
  unsigned: 'sign it: plimsoll sign --key KEY IMAGE@DIGEST',
  unreadable: 'sign it again; if others made it, find out what it is',
  'signature-invalid': 'what was signed was changed afterwards: find out by whom, and sign again',
  'unknown-signer': 'enrol who signed it (plimsoll trust enrol), or have an enrolled builder sign it',
  'other-trust-root': 'name the Sigstore trusted root that it was made with in the trust root (sigstore.trustedRoot)',
  'no-sigstore-root': 'name a Sigstore trusted root in the trust root (sigstore.trustedRoot)',
  'log-proof-invalid': 'sign it again: its proof of the transparency log does not hold',
  'timestamp-invalid': 'sign it again: its time stamp does not hold',
  // identity
  'wrong-repository': 'let a builder of this repository sign it, or add the repository to the builder',
  'not-a-builder': 'let a builder sign it: people approve, builders sign',
  'not-an-approver': 'let a person who may approve here do so',
  'not-an-endorser': 'let a person endorse it whose role the trust root lists under endorsers',
  'key-expired': 'sign it again with a current key, or with a time stamp (--timestamp-server-url) next time',
  'key-not-yet-valid': 'sign it again with a key that was valid by then',
  'key-revoked': 'build and sign it again with a key that is not revoked',
  // subject
  'other-digest': 'sign the digest that is to run: plimsoll sign IMAGE@DIGEST',
  'platform-only': 'sign the index: plimsoll sign IMAGE@DIGEST-OF-THE-INDEX, or verify with --platform',
  'other-type': 'an attestation is no signature: sign it (plimsoll sign)',
  // provenance
  'provenance-missing': 'build it with plimsoll build, or attest --type slsaprovenance1 --predicate FILE',
  'provenance-unsigned': 'have the builder sign its provenance: plimsoll attest --type slsaprovenance1',
  'builder-mismatch': 'build it on the builder that signs, or correct its builderId in the trust root',
  'source-missing': 'let the builder say in the provenance which repository and revision it built',
  'source-untrusted': 'build it from a trusted source, or add the source to the trust root',
  'source-dirty': 'commit, push, and build again',
  'base-unknown': 'let the builder say in the provenance which base it built on',
  'base-not-endorsed': 'build it on an endorsed base (plimsoll base list), or have somebody endorse this one',
  'base-retired': 'build it on a base that is not retired (plimsoll base list)',
  'base-unreachable': 'verify again where the registry of the base can be reached, or with the catalogue (--bases)',
  // verdict
  'verdict-missing': 'plimsoll attest --type verdict IMAGE@DIGEST',
  'verdict-stale': 'scan and attest again: plimsoll attest --type verdict IMAGE@DIGEST',
  'verdict-not-pass': 'plimsoll scan says what to mend; then attest again',
  'verdict-from-the-future': 'correct the clock of the machine that judged it, and attest again',
  'verdict-other-policy': 'judge it by one of the policies that the trust root names, and attest again',
  'verdict-other-resource': 'attest it where it lies: plimsoll attest --type verdict IMAGE@DIGEST',
} as const;
