/**
 * DER certificates to items. PEM is found by the pass over text (secrets). What lies in Java key stores and PKCS#12 is not
 * read: those of the JDK hold a distribution's authorities, which are no fault of the image.
 */
export { certificates } from './certificates.ts';
