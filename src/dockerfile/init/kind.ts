import type { BaseChoice } from './base-choice.ts';
import type { ImagePlan } from './plan.ts';
import type { Project } from './project.ts';

/** Why a project is of a kind. */
export interface Sign {
  /** The file that says so. */
  readonly file: string;
  /** 3: it is what the project is. 2: unless something says otherwise. 1: it is only there as a tool of something else. */
  readonly strength: 1 | 2 | 3;
}

/** A base that a kind builds on where nobody names another. */
export interface DefaultBase {
  readonly purpose: string;
  /** A public image by its tag; `{}` stands for the release that the project asks for. */
  readonly reference: string;
}

export interface PlanOptions {
  readonly bases: BaseChoice;
  /** A port that the user named; `none` for a program that does not listen. */
  readonly port?: number | 'none';
  /** Whether RUN may have cache and secret mounts: BuildKit, buildah and podman know them. */
  readonly hasMounts: boolean;
}

/**
 * One kind of project: which files tell it, which it reads, and what its image is made of. Pure. A new one is a file here,
 * its test and a line in list.ts.
 */
export interface ProjectKind {
  readonly name: string;
  /** What it takes, in a line. */
  readonly summary: string;
  /** Every base that a plan may ask for. */
  readonly bases: readonly DefaultBase[];
  /** Whether it wants the text of this file. */
  readonly reads: (path: string) => boolean;
  /** Undefined where the project is not of this kind. */
  readonly detect: (project: Project) => Sign | undefined;
  /** Throws a CodedError where the project lacks what the image needs. */
  readonly plan: (project: Project, options: PlanOptions) => ImagePlan;
}
