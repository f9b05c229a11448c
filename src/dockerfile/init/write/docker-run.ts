import { maxProcesses, type RunForm, tmpfs } from './run-form.ts';

/** A `docker run` line (podman takes it too) under which the program can do no more than it must. */
export const dockerRun: RunForm = {
  name: 'docker',
  render(plan, image) {
    const parts = [
      `docker run --rm --name ${plan.name} --user ${plan.user}`,
      '--read-only',
      ...plan.writable.map((each) => `--tmpfs ${tmpfs(each)}`),
      '--cap-drop ALL --security-opt no-new-privileges',
      `--pids-limit ${maxProcesses} --memory ${plan.memoryMib}m --cpus 1`,
      ...(plan.needsInit ? ['--init'] : []),
      ...(plan.port === undefined ? [] : [`--publish 127.0.0.1:${plan.port}:${plan.port}`]),
      image,
    ];
    return `${parts.join(' \\\n  ')}\n`;
  },
};
