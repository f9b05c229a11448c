import type { OpenedImage } from '../image.ts';
import type { ImageSource } from './source.ts';

/** Where images come from. Loaded when first used: a scan of an archive should not pay for a registry client. */
export const imageSources: Readonly<Record<OpenedImage['sourceKind'], () => Promise<ImageSource>>> = {
  registry: async () => (await import('./registry/index.ts')).registrySource,
  docker: async () => (await import('./docker/index.ts')).dockerSource,
  archive: async () => (await import('./archive/index.ts')).archiveSource,
  layout: async () => (await import('./layout/index.ts')).layoutSource,
};
