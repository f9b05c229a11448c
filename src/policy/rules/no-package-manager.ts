import { languagePackageManagers, systemPackageManagers } from '../command-names.ts';
import type { Rule } from '../rule.ts';
import { aboutExecutable, namedExecutables } from './named-executables.ts';

interface Settings {
  readonly except: readonly string[];
  readonly languages: boolean;
}

/** No package manager is in the image. */
export const noPackageManager: Rule<Settings> = {
  name: 'no-package-manager',
  summary: 'No package manager is in the image.',
  explanation:
    'What runs should not change what it is made of. Counts those of operating systems, and with languages: true those ' +
    'of programming languages (npm, pip, gem …) too.',
  needs: ['files'],
  defaults: { except: [], languages: false },
  settings: (z) => ({
    except: z.array(z.string().max(4096)).describe('Patterns on paths that may stay. Default none.'),
    languages: z.boolean().describe("Also count programming languages' package managers. Default false."),
  }),
  check(record, { except, languages }) {
    const names = languages ? new Set([...systemPackageManagers, ...languagePackageManagers]) : systemPackageManagers;
    const mend = 'copy what was installed into a base without it (multi-stage build), or remove it at the end';
    const violations = namedExecutables(record, names, except).map((named) =>
      aboutExecutable(named, { what: 'package manager', why: 'the image must not contain a package manager', mend }),
    );
    return { violations };
  },
};
