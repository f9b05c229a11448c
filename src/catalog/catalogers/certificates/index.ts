/** DER certificates and Java key stores to certificates. PEM is found by the pass over text (secrets). */
export { certificates } from './certificates.ts';
