import { staticValue } from '../../formats/shell/index.ts';
import type { Invocation, ShellRule } from '../shell/index.ts';

const writers = new Set([
  'mkdir',
  'touch',
  'cp',
  'mv',
  'install',
  'ln',
  'chown',
  'chmod',
  'chgrp',
  'tee',
  'rm',
  'rsync',
  'tar',
  'unzip',
  'truncate',
  'dd',
]);

/** Nothing is written below a volume after VOLUME. */
export const noWritesToVolumes: ShellRule = {
  name: 'no-writes-to-volumes',
  summary: 'A RUN writes nothing below a path that VOLUME named before.',
  explanation:
    'The classic builder throws such changes away, BuildKit keeps them: the same Dockerfile gives two images. Write first, and declare the volume then.',
  category: 'correctness',
  severity: 'warning',
  aliases: [],
  check({ volumes, commands }) {
    if (volumes.length === 0) return [];
    return commands.flatMap((command) => {
      const path = written(command).find((each) => volumes.some((volume) => isBelow(each, volume)));
      if (path === undefined) return [];
      const { from, to } = command;
      return [
        {
          from,
          to,
          message: `whether what is written to ${path} stays depends on the builder: VOLUME stands before`,
          advice: 'move VOLUME behind this RUN',
        },
      ];
    });
  },
};

function written({ name, args, place, wrappers }: Invocation): string[] {
  const own = writers.has(name) ? args.filter(({ isStatic }) => isStatic).map(({ text }) => text) : [];
  const files = wrappers.length > 0 ? [] : place.command.redirections;
  const redirected = files.flatMap(({ operator, target }) =>
    operator.includes('>') && target !== undefined ? (staticValue(target) ?? []) : [],
  );
  // Of what is copied only the last is written to.
  const places = name === 'cp' || name === 'ln' || name === 'rsync' ? own.slice(-1) : own;
  return [...places, ...redirected].filter((text) => text.startsWith('/'));
}

function isBelow(path: string, volume: string): boolean {
  const folder = volume.replace(/\/+$/, '');
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`));
}
