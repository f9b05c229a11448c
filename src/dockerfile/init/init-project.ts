import type { Base } from '../../model/index.ts';
import { BaseChoice } from './base-choice.ts';
import { type EndorsedBases, endorsedBases } from './catalogue.ts';
import { chooseKind } from './choose-kind.ts';
import type { BaseUse, ImagePlan } from './plan.ts';
import type { Project } from './project.ts';
import { renderDockerfile } from './write/dockerfile.ts';
import { renderDockerignore } from './write/dockerignore.ts';
import { runForms } from './write/list.ts';

export interface InitOptions {
  /** One of `kindNames`; the strongest signs decide where it is absent. */
  readonly kind?: string;
  /** The port that the program listens on; `none` for one that does not. */
  readonly port?: number | 'none';
  /** From purpose (`node`, `node-build`, `java` …) to image reference. */
  readonly bases?: ReadonlyMap<string, string>;
  /** The organisation's catalogue: its endorsed bases come before public images, after `bases`. */
  readonly catalogue?: readonly Base[];
  /** False for builders that don't know RUN --mount. */
  readonly hasMounts: boolean;
  /** The name that the image is built under; from the project where it is absent. */
  readonly image?: string;
  /** Names of `runFormNames`. */
  readonly run: readonly string[];
}

/** A file to write, from the project's root. */
export interface InitFile {
  readonly path: string;
  readonly text: string;
}

/** What `dockerfile init` makes of a project. */
export interface InitResult {
  readonly kind: string;
  readonly plan: ImagePlan;
  readonly image: string;
  readonly files: readonly InitFile[];
  /** How to build the image. */
  readonly build: string;
  /** What is shown and not written, by the name of the form. */
  readonly shown: readonly { readonly name: string; readonly text: string }[];
  readonly bases: readonly BaseUse[];
  /** Bases that were given and that this project does not use. */
  readonly unusedBases: readonly string[];
}

const signalNote =
  'no source handles SIGTERM, which the first process of a container ignores otherwise: --init helps in Docker, in Kubernetes only the program can';

/**
 * Plans the image of a project and writes it down. Pure. Throws a CodedError where the project's kind or its program can't
 * be told, or its files can't be read.
 */
export function initProject(project: Project, options: InitOptions): InitResult {
  const kind = chooseKind(project, options.kind);
  const given = options.bases ?? new Map<string, string>();
  const endorsed = options.catalogue === undefined ? undefined : endorsedBases(options.catalogue);
  const planned = kind.plan(project, {
    bases: new BaseChoice(given, endorsed?.references),
    hasMounts: options.hasMounts,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const bases = [...(planned.build === undefined ? [] : [planned.build.base]), planned.final.base];
  const notes = [
    ...planned.notes,
    ...(planned.needsInit ? [signalNote] : []),
    ...(endorsed === undefined ? [] : catalogueNotes(bases, endorsed)),
  ];
  const plan = { ...planned, notes };
  const image = options.image ?? `${plan.name}:dev`;
  const forms = runForms.filter(({ name }) => options.run.includes(name));
  return {
    kind: kind.name,
    plan,
    image,
    files: [
      { path: 'Dockerfile', text: renderDockerfile(plan, { kind: kind.name, hasMounts: options.hasMounts }) },
      { path: '.dockerignore', text: renderDockerignore(plan) },
      ...forms.flatMap(({ file, render }) => (file === undefined ? [] : [{ path: file, text: render(plan, image) }])),
    ],
    build: buildLine(plan, image, options.hasMounts),
    shown: forms.flatMap(({ name, file, render }) => (file === undefined ? [{ name, text: render(plan, image) }] : [])),
    bases,
    unusedBases: [...given.keys()].filter((purpose) => !bases.some((base) => base.purpose === purpose)).sort(),
  };
}

/** What the catalogue does not answer, or answers twice. */
function catalogueNotes(bases: readonly BaseUse[], { choices }: EndorsedBases): string[] {
  return bases.flatMap(({ purpose, origin }) => {
    if (origin === 'default') return [`the catalogue has no endorsed base for ${purpose}: a public image is taken`];
    const choice = origin === 'catalogue' ? choices.get(purpose) : undefined;
    return choice === undefined ? [] : [choice];
  });
}

/** The line that builds it, with what the labels say. */
function buildLine(plan: ImagePlan, image: string, hasMounts: boolean): string {
  const secrets = hasMounts ? Object.entries(plan.secrets).map(([id, file]) => `--secret id=${id},src=${file}`) : [];
  return [
    'docker build',
    '--build-arg SOURCE="$(git remote get-url origin)"',
    '--build-arg REVISION="$(git rev-parse HEAD)"',
    '--build-arg VERSION="$(git describe --tags --always)"',
    '--build-arg AUTHORS="$(git config user.email)"',
    ...secrets,
    `--tag ${image} .`,
  ].join(' \\\n  ');
}
