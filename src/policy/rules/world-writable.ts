import type { MisconfigurationFinding } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import { aboutFinding, isDeleted } from '../rule.ts';
import type { Rule } from '../rule.ts';
import { shellWord } from '../shell-word.ts';

interface Settings {
  readonly exceptPaths: readonly string[];
  readonly directories: boolean;
}

/** Nothing in the image can be written by everyone. */
export const worldWritable: Rule<Settings> = {
  name: 'world-writable',
  summary: 'No file, and no directory without the sticky bit, can be written by everyone.',
  explanation:
    'Whoever takes over any process of the container can change such a file, and what runs it or reads it later. ' +
    'Directories with the sticky bit (/tmp) are not findings at all.',
  needs: ['files'],
  defaults: { exceptPaths: [], directories: true },
  settings: (z) => ({
    exceptPaths: z.array(z.string().max(4096)).describe('Patterns on paths that may. Default none.'),
    directories: z.boolean().describe('Also count directories. Default true.'),
  }),
  check(record, settings) {
    const violations = record.findings
      .filter((finding): finding is MisconfigurationFinding => finding.kind === 'misconfiguration')
      .filter(
        ({ check }) =>
          check === 'world-writable-file' || (settings.directories && check === 'world-writable-directory'),
      )
      .filter(({ place }) => !isDeleted(place) && !matchesAny(settings.exceptPaths, place.path ?? ''))
      .map((finding) =>
        aboutFinding(finding, {
          why: 'every process in the container can change it',
          mend: `RUN chmod o-w ${shellWord(finding.place.path ?? '') ?? 'the path'}`,
        }),
      );
    return { violations };
  },
};
