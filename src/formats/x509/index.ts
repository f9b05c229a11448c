/** A DER certificate to what of it matters for judging. It verifies no signature and builds no chain. */
export * from './certificate.ts';
