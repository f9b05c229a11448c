/** Something in which two images are not the same. */
export interface Difference {
  readonly where: 'manifest' | 'config' | 'layer';
  /** Counts from 1, at the bottom. */
  readonly layer?: number;
  /** The file, or the field of the configuration. */
  readonly path?: string;
  readonly attribute: string;
  /** In the image that was there. */
  readonly before: string;
  /** In the one that was built again. */
  readonly after: string;
}
