import type { PackageManager } from './package-manager.ts';
import { apk } from './apk.ts';
import { apt } from './apt.ts';
import { cargo } from './cargo.ts';
import { gem } from './gem.ts';
import { go } from './go.ts';
import { npm, pnpm, yarn } from './npm.ts';
import { pip } from './pip.ts';
import { dnf, microdnf, yum } from './rpm.ts';
import { zypper } from './zypper.ts';

/** Every package manager whose calls are read. */
export const packageManagers: readonly PackageManager[] = [
  ...[apt, apk, yum, dnf, microdnf, zypper],
  ...[pip, npm, yarn, pnpm, gem, go, cargo],
];
