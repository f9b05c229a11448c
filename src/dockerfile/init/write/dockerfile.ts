import type { ImagePlan, Mount, Stage, Step } from '../plan.ts';

/** What only the build knows: where the sources lie, of which commit they are, who answers for them. */
export const buildArguments = ['SOURCE', 'REVISION', 'VERSION', 'AUTHORS'] as const;

/** What the Dockerfile is written for. */
export interface DockerfileOptions {
  /** The kind of project, for its first line. */
  readonly kind: string;
  /** Whether RUN may have mounts, for which the file names BuildKit's syntax. */
  readonly hasMounts: boolean;
}

/** The Dockerfile of a plan (Dockerfile reference; labels by the OCI image specification's annotations). */
export function renderDockerfile(plan: ImagePlan, { kind, hasMounts }: DockerfileOptions): string {
  const lines = [
    ...(hasMounts ? ['# syntax=docker/dockerfile:1'] : []),
    `# For ${kind}: ${oneLine(plan.seen.join(', '))}. Written by plimsoll dockerfile init; yours to change.`,
    '',
  ];
  if (plan.build !== undefined) lines.push(...stageLines(plan.build, { name: 'build', hasMounts }), '');
  lines.push(...stageLines(plan.final, { hasMounts }), '', ...labelLines(plan), '');
  lines.push(`USER ${plan.user}`);
  if (plan.port !== undefined) lines.push(`EXPOSE ${plan.port}`);
  if (plan.stopSignal !== undefined) lines.push(`STOPSIGNAL ${plan.stopSignal}`);
  if (plan.health !== undefined)
    lines.push(
      'HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \\',
      `  CMD ${execForm(plan.health)}`,
    );
  else
    lines.push(
      plan.port === undefined
        ? '# Nothing listens: whether the process runs is all there is to ask.'
        : '# Nothing in the image can ask: who runs it asks from outside, as probes in Kubernetes do.',
      'HEALTHCHECK NONE',
    );
  lines.push(`ENTRYPOINT ${execForm(plan.entrypoint)}`);
  return `${lines.join('\n')}\n`;
}

function stageLines(
  { base, steps }: Stage,
  { name, hasMounts }: { readonly name?: string; readonly hasMounts: boolean },
): string[] {
  const from = `FROM ${base.reference}${name === undefined ? '' : ` AS ${name}`}`;
  return [from, ...steps.flatMap((step) => stepLines(step, hasMounts))];
}

function stepLines(step: Step, hasMounts: boolean): string[] {
  switch (step.do) {
    case 'comment':
      return [`# ${step.text}`];
    case 'workdir':
      return [`WORKDIR ${step.path}`];
    case 'env':
      return continued(
        'ENV',
        Object.entries(step.values).map(([name, value]) => `${name}=${envValue(value)}`),
      );
    case 'copy':
      return [
        ['COPY', ...(step.from === undefined ? [] : [`--from=${step.from}`]), ...step.sources, step.to].join(' '),
      ];
    case 'run':
      return runLines(step.commands, hasMounts ? step.mounts : []);
  }
}

function runLines(commands: readonly string[], mounts: readonly Mount[]): string[] {
  const parts = [
    ...mounts.map((mount) =>
      mount.type === 'cache'
        ? `--mount=type=cache,target=${mount.target}`
        : `--mount=type=secret,id=${mount.id},target=${mount.target}`,
    ),
    ...commands.map((command, index) => (index < commands.length - 1 ? `${command} &&` : command)),
  ];
  return continued('RUN', parts);
}

/** An instruction over as many lines as it has parts. */
function continued(instruction: string, parts: readonly string[]): string[] {
  return parts.map(
    (part, index) => `${index === 0 ? instruction : '   '} ${part}${index < parts.length - 1 ? ' \\' : ''}`,
  );
}

/** Names of files may hold what would end a comment. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').slice(0, 200);
}

function envValue(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : quoted(value);
}

/** Double quotes of ENV and LABEL, in which `$`, `"` and the backslash mean something. */
function quoted(value: string): string {
  return `"${value.replace(/[\\"$]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;
}

/** JSON on one line, as the exec form wants it. */
function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** Late in the file: they change with every commit, and what comes before them stays in the cache. */
function labelLines(plan: ImagePlan): string[] {
  const [name = '', digest] = plan.final.base.reference.split('@');
  const labels = [
    `org.opencontainers.image.title=${quoted(plan.name)}`,
    ...buildArguments.map((name) => `org.opencontainers.image.${name.toLowerCase()}="\${${name}}"`),
    `org.opencontainers.image.base.name=${quoted(name)}`,
    ...(digest === undefined ? [] : [`org.opencontainers.image.base.digest=${quoted(digest)}`]),
  ];
  return [...buildArguments.map((name) => `ARG ${name}`), ...continued('LABEL', labels)];
}
