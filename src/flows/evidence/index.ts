/** What vouches for the images of a server: whom it trusts, and what that makes of what lies beside an image in its registry. */
export { type KeptTrust, keptTrust, readSentTrust, sentTrustName, trustDocuments } from './kept-trust.ts';
export { trustInForce, type TrustInForce } from './trust-in-force.ts';
export { evidenceForJudging, type JudgedEvidence, verifyFound } from './verified-evidence.ts';
export { verificationThere } from './verification-there.ts';
