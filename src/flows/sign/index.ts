/** Images and files signed, and what is signed pushed beside the image. */
export { attachBundle, attachEnvelope } from './attach.ts';
export { type EnvelopeSigner, openEnvelopeSigner, type SigningOptions } from './envelope-signer.ts';
export { signImage, type Signed, type SignImageOptions } from './sign-image.ts';
export { signBlob, type SignBlobOptions } from './sign-blob.ts';
