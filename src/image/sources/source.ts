import type { OpenedImage } from '../image.ts';
import type { Platform } from '../oci/index.ts';
import type { Credentials } from './registry/credentials-answer.ts';

/** How images are opened. */
export interface OpenImageOptions {
  /** `os/architecture[/variant]`, for indexes with several. */
  readonly platform?: string;
  /** Plain http to registries that are not on this machine. */
  readonly insecureHttp?: boolean;
  readonly signal: AbortSignal;
  /** A folder of our own: small documents are kept in it, large ones spooled there while the image is open. */
  readonly cacheDirectory: string;
  /** DOCKER_HOST, DOCKER_CONFIG, proxies, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Docker's config.json, where it is not in its usual place. */
  readonly dockerConfig?: string;
  /** Says what is being fetched or spooled and how far; `totalBytes` where it is known. */
  readonly onProgress?: (progress: OpenProgress) => void;
  /** No network: the registry is refused, the local engine's socket is not. */
  readonly offline?: boolean;
  readonly network?: NetworkSettings;
}

export interface OpenProgress {
  readonly what: string;
  /** 0 where nothing is being read yet: what is waited for stands in `what`. */
  readonly doneBytes: number;
  readonly totalBytes?: number;
}

/** Patience with networks; the defaults suit users, tests take shorter ones. */
export interface NetworkSettings {
  /** Longest silence in the middle of an answer, or before it, in milliseconds. Default 30,000. */
  readonly stallTimeoutMs?: number;
  /** Tries for one request or one blob without any progress in between. Default 5. */
  readonly maxTries?: number;
  /** Wait before the second try; doubles with each. Default 500. */
  readonly retryBaseMs?: number;
  /** Longest wait that a registry's Retry-After is granted. Default 60,000. */
  readonly maxWaitMs?: number;
  /** Longest time for all tries of one request or one blob without any progress in between. Default 120,000. */
  readonly maxTotalMs?: number;
}

/** Options as sources see them: the platform read. */
export interface SourceOptions extends Omit<OpenImageOptions, 'platform'> {
  readonly platform?: Platform;
  /** What opens one registry, before what docker has for it. */
  readonly logIn?: { readonly registry: string; readonly credentials: Credentials };
}

/** Finds an image in one kind of place. A source never falls back to another. */
export interface ImageSource {
  /**
   * @param target the user's words without the prefix.
   * @throws CodedError; `image-not-found` where the place answers but has no such image.
   */
  open(target: string, options: SourceOptions): Promise<OpenedImage>;
}
