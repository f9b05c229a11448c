import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Place, type Ran, type RunOptions } from '../cli/plimsoll.ts';
import { type GitRepository, gitRepository } from '../make/git-repository.ts';
import { buildImage, type BuiltImage } from '../make/image-builder.ts';

/** Why builds can't be tried here, for `describe.skipIf`; undefined where they can. */
export function noBusyboxReason(): string | undefined {
  return existsSync('/bin/busybox') ? undefined : 'busybox is not installed';
}

/** A base that can run commands; another `version` is another image. */
export function busyboxBase(version: string): BuiltImage {
  return buildImage({
    layers: [
      {
        files: {
          '/bin/busybox': { content: readFileSync('/bin/busybox'), mode: 0o755 },
          '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
          '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
          '/etc/version': `${version}\n`,
        },
        members: [{ name: 'bin/sh', type: 'symlink', link: 'busybox' }],
        instruction: 'COPY rootfs /',
      },
    ],
    config: { Env: ['PATH=/bin'] },
    flavour: 'docker',
  });
}

/** What every build here must be like to pass. */
const policy = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: builds }\nrules: { no-root-user: fail }\n';

/** Where one test file builds: a home, folders of its own for temporary files, a policy, git repositories. */
export class BuildPlace extends Place {
  readonly policy = this.at('policy.yaml');
  readonly temporary = this.folder('tmp');
  env: NonNullable<RunOptions['env']> = { TMPDIR: this.temporary };
  #repositories = 0;

  constructor() {
    super();
    writeFileSync(this.policy, policy);
  }

  /** A repository whose commit is pushed. */
  async repository(files: Readonly<Record<string, string>>): Promise<GitRepository> {
    const repository = await gitRepository(this.at(`repository-${++this.#repositories}`));
    await repository.commit(files);
    await repository.push();
    return repository;
  }

  /** `plimsoll build` of a folder, judged by a policy that asks little. */
  build(folder: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.plimsoll(['build', folder, '--policy', this.policy, ...args], {
      ...options,
      env: { ...this.env, ...options.env },
    });
  }

  rebuild(target: string, args: readonly string[] = []): Promise<Ran> {
    return this.plimsoll(['rebuild', '--check', target, ...args], { env: this.env });
  }

  /** What builds left in the folder for temporary files. */
  leftBehind(): readonly string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith('plimsoll-build'));
  }
}

/** The predicate of a statement that was written beside an image. */
export function predicateIn(file: string): Predicate {
  return (JSON.parse(readFileSync(file, 'utf8')) as { predicate: Predicate }).predicate;
}

export interface Predicate {
  readonly buildDefinition: {
    readonly externalParameters: Readonly<Record<string, unknown>>;
    readonly internalParameters: Readonly<Record<string, unknown>>;
    readonly resolvedDependencies: readonly {
      readonly name: string;
      readonly uri: string;
      readonly digest: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    }[];
  };
  readonly runDetails: {
    readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> };
    readonly metadata: Readonly<Record<string, string>>;
  };
}

/** Manifest and configuration of the only image of a layout folder. */
export function imageIn(layout: string) {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(layout, name), 'utf8'));
  const blob = (digest: string): unknown => read(`blobs/${digest.replace(':', '/')}`);
  const index = read('index.json') as { manifests: { digest: string }[] };
  const digest = index.manifests[0]!.digest;
  const manifest = blob(digest) as {
    config: { digest: string };
    layers: { digest: string; size: number }[];
    annotations?: Readonly<Record<string, string>>;
  };
  const config = blob(manifest.config.digest) as {
    created: string;
    config: { Labels: Readonly<Record<string, string>> };
    history: { created: string; created_by: string }[];
    rootfs: { diff_ids: string[] };
  };
  return { digest, manifest, config };
}
