import { shells } from '../command-names.ts';
import type { Rule } from '../rule.ts';
import { aboutExecutable, namedExecutables } from './named-executables.ts';

interface Settings {
  readonly except: readonly string[];
}

/** No shell is in the image. */
export const noShell: Rule<Settings> = {
  name: 'no-shell',
  summary: 'No shell is in the image.',
  explanation:
    'A service that starts its program directly needs no shell; an intruder does. busybox and toybox count, and so do ' +
    'links to them. Static or distroless bases have none.',
  needs: ['files'],
  defaults: { except: [] },
  settings: (z) => ({
    except: z.array(z.string().max(4096)).describe('Patterns on paths that may stay. Default none.'),
  }),
  check(record, { except }) {
    const mend =
      'build FROM a base without a shell (distroless, scratch), or remove it in the last layer that needs it';
    const violations = namedExecutables(record, shells, except).map((named) =>
      aboutExecutable(named, { what: 'shell', why: 'the image must not contain a shell', mend }),
    );
    return { violations };
  },
};
