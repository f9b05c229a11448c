import { buildArguments } from './dockerfile.ts';
import { maxProcesses, type RunForm, tmpfs } from './run-form.ts';

/** A Compose file (Compose specification) with the same limits as the `docker run` line. */
export const compose: RunForm = {
  name: 'compose',
  file: 'compose.yaml',
  render(plan, image) {
    const secrets = Object.entries(plan.secrets);
    const lines = [
      '# docker compose up --build',
      'services:',
      `  ${plan.name}:`,
      '    build:',
      '      context: .',
      '      args:',
      ...buildArguments.map((name) => `        ${name}: \${${name}:-}`),
      ...(secrets.length === 0 ? [] : ['      secrets:', ...secrets.map(([id]) => `        - ${id}`)]),
      `    image: ${JSON.stringify(image)}`,
      `    user: "${plan.user}"`,
      '    read_only: true',
      '    tmpfs:',
      ...plan.writable.map((each) => `      - ${tmpfs(each)}`),
      '    cap_drop:',
      '      - ALL',
      '    security_opt:',
      '      - no-new-privileges:true',
      `    pids_limit: ${maxProcesses}`,
      `    mem_limit: ${plan.memoryMib}m`,
      '    cpus: 1',
      ...(plan.needsInit ? ['    init: true'] : []),
      ...(plan.port === undefined ? [] : ['    ports:', `      - "127.0.0.1:${plan.port}:${plan.port}"`]),
      '    restart: unless-stopped',
      ...(secrets.length === 0
        ? []
        : ['secrets:', ...secrets.flatMap(([id, file]) => [`  ${id}:`, `    file: ./${file}`])]),
    ];
    return `${lines.join('\n')}\n`;
  },
};
