import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolInFile, initTrustRoot, loadTrustRoot, makeKeyFiles } from '../../src/flows/trust-root/index.ts';
import { attestImage } from '../../src/flows/attest/index.ts';
import { signImage } from '../../src/flows/sign/index.ts';
import { verifyImage, type VerifyOptions } from '../../src/flows/verify/index.ts';
import type { RepositoryOptions } from '../../src/image/index.ts';
import type { Verification } from '../../src/model/index.ts';

/** A folder with keys, a trust root and caches for one test file, and the flows called the way the program calls them. */
export class Harbour {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-trust-'));
  readonly now = new Date();
  #caches = 0;

  at(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes NAME.key and NAME.pub. */
  keys(name: string): string {
    makeKeyFiles(this.at(name), undefined);
    return this.at(`${name}.key`);
  }

  /** A trust root with builders for repositories, and more YAML at its end. */
  async trustRoot(
    file: string,
    builders: readonly {
      readonly key: string;
      readonly repositories?: readonly string[];
      readonly from?: string;
      readonly until?: string;
    }[],
    edit: (yaml: string) => string = (yaml) => yaml,
  ): Promise<string> {
    rmSync(this.at(file), { force: true });
    initTrustRoot(this.at(file), 'acme');
    for (const { key, repositories = ['**'], from, until } of builders)
      await enrolInFile(this.at(file), {
        name: key,
        kind: 'builder',
        repositories,
        publicKey: readFileSync(this.at(`${key}.pub`), 'utf8'),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
      });
    writeFileSync(this.at(file), edit(readFileSync(this.at(file), 'utf8')));
    return this.at(file);
  }

  /** Registry options with a cache that nothing was kept in, or a named one. */
  registry(cache = `cache-${++this.#caches}`): RepositoryOptions {
    return {
      signal: new AbortController().signal,
      cacheDirectory: this.at(cache),
      env: { HOME: this.folder, PATH: process.env['PATH'] },
      network: { retryBaseMs: 1, stallTimeoutMs: 5000 },
    };
  }

  sign(image: string, key: string, more: Partial<Parameters<typeof signImage>[1]> = {}) {
    return signImage(image, {
      ...this.#signing(key),
      form: 'bundle',
      recursive: false,
      registry: this.registry(),
      ...more,
    });
  }

  attest(
    image: string,
    key: string,
    type: string,
    predicate: unknown,
    more: Partial<Parameters<typeof attestImage>[1]> = {},
  ) {
    return attestImage(image, {
      ...this.#signing(key),
      form: 'bundle',
      type,
      predicate: async () => predicate,
      registry: this.registry(),
      ...more,
    });
  }

  async verify(image: string, rootFile: string, more: Partial<VerifyOptions> = {}): Promise<Verification> {
    const root = await loadTrustRoot(this.at(rootFile));
    return verifyImage(image, { root, now: new Date(), registry: this.registry(), ...more });
  }

  #signing(key: string) {
    const env = {};
    return { key: this.at(`${key}.key`), env, signal: new AbortController().signal, now: new Date() };
  }
}

/** `signature pass`, `identity fail key-revoked`: what a verification says, in short. */
export function stepsOf({ steps }: Verification): string[] {
  return steps
    .filter(({ result }) => result !== 'not-asked')
    .map(({ step, result, code }) => [step, result, ...(code === undefined ? [] : [code])].join(' '));
}

/** SLSA provenance as our builder writes it. */
export function provenance(source = 'https://github.com/acme/cart', base = 'debian:12') {
  const [name, tag] = base.split(':') as [string, string];
  return {
    buildDefinition: {
      buildType: 'https://plimsoll.dev/build/v1',
      externalParameters: {
        source: { uri: `git+${source}.git@refs/heads/main`, digest: { gitCommit: 'f'.repeat(40) } },
      },
      resolvedDependencies: [
        { uri: 'pkg:docker/golang@1.22', digest: { sha256: 'b'.repeat(64) } },
        { uri: `pkg:docker/${name}@${tag}`, digest: { sha256: 'a'.repeat(64) }, annotations: { role: 'base' } },
      ],
    },
    runDetails: { builder: { id: 'https://ci.acme.dev/main' }, metadata: { invocationId: 'run-7' } },
  };
}

/** A verdict as verification summary. */
export function summary(resource: string, more: object = {}) {
  return {
    verifier: { id: 'https://plimsoll.dev', version: { plimsoll: '0.1.0' } },
    timeVerified: new Date().toISOString(),
    resourceUri: resource,
    policy: { uri: 'production', digest: { sha256: 'c'.repeat(64) } },
    verificationResult: 'PASSED',
    verifiedLevels: [],
    ...more,
  };
}
