/**
 * Text to secrets, PEM private keys and PEM certificates, in one pass: a filter for literal keywords over all bytes, then
 * the rules of rules/ around what it met. A secret's value never leaves this folder but redacted. Notes on what is let
 * go: file-place.ts (documentation, tests and packages keep only credentials of unmistakable shape).
 */
export { secrets } from './secrets.ts';
export { fingerprintOf, redacted } from './redact.ts';
export { isSecretName, isSecretValue } from './generic-assignment.ts';
export { scanForSecrets, type SecretHit } from './secret-scanner.ts';
