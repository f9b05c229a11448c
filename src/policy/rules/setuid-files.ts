import type { Executable, Owner } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import { isDeleted, misconfigurationAt } from '../rule.ts';
import type { Draft, Rule } from '../rule.ts';
import { shellWord } from '../shell-word.ts';

interface Settings {
  readonly allow: readonly string[];
  readonly owners: readonly Owner[];
  readonly setgid: boolean;
  readonly capabilities: boolean;
  readonly packaged: boolean;
}

/** No program runs with more rights than whoever starts it. */
export const setuidFiles: Rule<Settings> = {
  name: 'setuid-files',
  summary: 'No setuid program, setgid program or program with file capabilities but those allowed.',
  explanation:
    'Such programs are how a process that is not root becomes root. Few services need any: su, mount and passwd come ' +
    'with the base and can lose the bit. Name in allow what must stay.',
  needs: ['files'],
  defaults: { allow: [], owners: ['base', 'app'], setgid: true, capabilities: true, packaged: true },
  settings: (z) => ({
    allow: z.array(z.string().max(4096)).describe('Patterns on paths that may. Default none.'),
    owners: z
      .array(z.enum(['base', 'app']))
      .min(1)
      .describe('Whose files count. Default both.'),
    setgid: z.boolean().describe('Also count setgid. Default true.'),
    capabilities: z.boolean().describe('Also count file capabilities. Default true.'),
    packaged: z
      .boolean()
      .describe("Also count programs that a package of the operating system brought, as Debian's su. Default true."),
  }),
  check(record, settings) {
    const violations = [];
    for (const executable of record.executables) {
      const { place } = executable;
      if (isDeleted(place) || !settings.owners.includes(place.owner)) continue;
      if (!settings.packaged && executable.ownedBy !== undefined) continue;
      const rights = rightsOf(executable, settings);
      if (rights === undefined || matchesAny(settings.allow, place.path ?? '')) continue;
      const check = (executable.mode & 0o4000) !== 0 ? 'setuid-file' : 'setgid-file';
      violations.push({ ...draft(executable, rights), ...misconfigurationAt(record, check, place.path) });
    }
    return { violations };
  },
};

function rightsOf({ mode, uid, gid, capabilities }: Executable, settings: Settings): string | undefined {
  if ((mode & 0o4000) !== 0) return `setuid, owner ${uid}`;
  if (settings.setgid && (mode & 0o2000) !== 0) return `setgid, group ${gid}`;
  return settings.capabilities && capabilities !== undefined ? `capabilities ${capabilities}` : undefined;
}

function draft({ place, mode, uid }: Executable, rights: string): Draft {
  const path = place.path ?? '';
  const word = shellWord(path);
  const command = (mode & 0o6000) === 0 ? 'setcap -r' : 'chmod ug-s';
  return {
    subject: `path:${path}`,
    severity: (mode & 0o4000) !== 0 && uid === 0 && place.owner === 'app' ? 'high' : 'medium',
    what: `${path} (${rights})`,
    why: 'it runs with more rights than whoever starts it',
    owner: place.owner,
    mend: `RUN ${command} ${word ?? 'the file'}, or remove it, or name it in allow`,
    place,
  };
}
