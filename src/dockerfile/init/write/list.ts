import { compose } from './compose.ts';
import { dockerRun } from './docker-run.ts';
import { kubernetes } from './kubernetes.ts';
import type { RunForm } from './run-form.ts';

/** Every way to say how the image is run. */
export const runForms: readonly RunForm[] = [dockerRun, compose, kubernetes];
