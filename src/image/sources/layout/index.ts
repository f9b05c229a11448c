/**
 * A folder in the OCI image layout (`dir`, `dir#tag`, `dir@sha256:…`) becomes an opened image. Its blobs are read where
 * they lie; nothing is copied, and nothing outside the folder is named.
 */
export { layoutSource } from './layout.ts';
