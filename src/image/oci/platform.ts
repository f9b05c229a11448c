import { CodedError } from '../../model/index.ts';
import { type JsonObject, textField } from './fields.ts';
import type { JsonKind } from './json.ts';
import { displayText } from './text.ts';

/** Where an image runs, in the normal form of image-spec (image-index.md § platform): `arm64` without variant is v8. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  i386: '386',
  i686: '386',
  ia32: '386',
  aarch64: 'arm64',
};

/** Brings the names that people and tools use to the ones of the specification. */
export function normalPlatform(os: string, architecture: string, variant: string | undefined): Platform {
  const lowerOs = os.toLowerCase() === 'macos' ? 'darwin' : os.toLowerCase();
  const given = architecture.toLowerCase();
  let lowerVariant = variant?.toLowerCase() || undefined;
  if (lowerVariant !== undefined && /^\d$/.test(lowerVariant)) lowerVariant = `v${lowerVariant}`;
  if (given === 'armhf') return { os: lowerOs, architecture: 'arm', variant: 'v7' };
  if (given === 'armel') return { os: lowerOs, architecture: 'arm', variant: 'v6' };
  const name = Object.hasOwn(architectures, given) ? architectures[given]! : given;
  if (name === 'arm64' && lowerVariant === 'v8') lowerVariant = undefined;
  if (name === 'amd64' && lowerVariant === 'v1') lowerVariant = undefined;
  if (name === 'arm' && lowerVariant === undefined) lowerVariant = 'v7';
  return lowerVariant === undefined
    ? { os: lowerOs, architecture: name }
    : { os: lowerOs, architecture: name, variant: lowerVariant };
}

export function platformOf(object: JsonObject, kind: JsonKind): Platform {
  return normalPlatform(
    textField(object, 'os', kind) ?? '',
    textField(object, 'architecture', kind) ?? '',
    textField(object, 'variant', kind),
  );
}

/**
 * Reads `os/architecture[/variant]`, or an architecture alone for Linux, as `--platform` takes it.
 * @throws CodedError `bad-platform`.
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  const isPlain = parts.every((part) => /^[A-Za-z0-9_.-]{1,32}$/.test(part));
  if (!isPlain || parts.length > 3)
    throw new CodedError('bad-platform', `"${displayText(text)}" is no platform`, {
      hint: 'Write it like linux/amd64 or linux/arm/v7',
      kind: 'usage',
    });
  if (parts.length === 1) return normalPlatform('linux', parts[0]!, undefined);
  return normalPlatform(parts[0]!, parts[1]!, parts[2]);
}

/** The platform whose images a Linux engine on this machine would run. */
export function hostPlatform(): Platform {
  return normalPlatform('linux', process.arch, undefined);
}

export function platformName(platform: Platform): string {
  const name = `${platform.os || 'unknown'}/${platform.architecture || 'unknown'}`;
  return displayText(platform.variant === undefined ? name : `${name}/${platform.variant}`);
}

/** Whether an image for one platform runs where it was asked for. */
export function matchesPlatform(offered: Platform, asked: Platform): boolean {
  return rankOf(offered, asked) > 0;
}

/**
 * How well an offer fits: 0 not at all, higher is better. ARM processors run the code of lower variants, so v7 takes
 * v6 and v5 where there is nothing better; a plain amd64 image runs on every amd64 variant.
 */
export function rankOf(offered: Platform, asked: Platform): number {
  if (offered.os !== asked.os || offered.architecture !== asked.architecture) return 0;
  if (offered.variant === asked.variant) return 100;
  const level = variantLevel(offered.variant);
  const most = variantLevel(asked.variant);
  return level <= most ? 1 + level : 0;
}

function variantLevel(variant: string | undefined): number {
  const digits = variant === undefined ? null : /^v(\d{1,2})(?:\.\d+)?$/.exec(variant);
  return digits === null ? 0 : Number(digits[1]);
}
