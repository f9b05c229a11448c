import type { ImagePlan } from '../plan.ts';

/** One way to say how the image is run. */
export interface RunForm {
  readonly name: string;
  /** The file that it is written to; absent for what is only shown. */
  readonly file?: string;
  /** `image` is the name that it is built under. */
  readonly render: (plan: ImagePlan, image: string) => string;
}

/** Processes that one container may have at once: enough for thread pools, too few for a fork bomb. */
export const maxProcesses = 256;

/** A folder in memory as Docker's `--tmpfs` and Compose's `tmpfs` take it: nothing in it runs. */
export function tmpfs({ path, sizeMib }: ImagePlan['writable'][number]): string {
  return `${path}:rw,noexec,nosuid,nodev,size=${sizeMib}m,mode=1777`;
}
