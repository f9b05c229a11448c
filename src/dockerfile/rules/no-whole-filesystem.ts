import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

/** Not COPY --from=… / /. */
export const noWholeFilesystem: DockerfileRule = {
  name: 'no-whole-filesystem',
  summary: 'COPY --from does not take everything of another stage.',
  explanation:
    'COPY --from=build / / brings compilers, sources, caches and secrets of that stage into the image, and hides from scanners which packages there are. Copy what is needed, or build on that stage with FROM.',
  category: 'size',
  severity: 'warning',
  aliases: ['DL3067'],
  check(file) {
    return instructionsOf(file, 'copy').flatMap(({ from, sources, destination, span }) =>
      from !== undefined && unquoted(destination.text) === '/' && sources.some(({ text }) => unquoted(text) === '/')
        ? [
            {
              span,
              message: `everything of ${from.value ?? 'the stage'} is copied`,
              advice: 'copy the paths that are needed, or build on it with FROM',
            },
          ]
        : [],
    );
  },
};

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
