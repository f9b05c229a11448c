import type { ImageRecord } from '../../model/index.ts';
import { daysSince, momentsAfter } from '../days.ts';
import { rebuildOnNewerBase } from '../mend.ts';
import { matchesAny } from '../pattern.ts';
import type { Rule, RuleResult } from '../rule.ts';

interface Settings {
  readonly daysLeft: number;
  readonly rolling: readonly string[];
}

/** The operating system is known and its vendor still mends it. */
export const supportedOperatingSystem: Rule<Settings> = {
  name: 'supported-operating-system',
  summary: 'The operating system is known and its security support has not ended.',
  explanation:
    'After the end of support nobody publishes fixes, so an image of an old release looks ever better while it gets ' +
    'worse. The end comes from the advisory database, else from what is known of the release. An operating system that ' +
    'cannot be named, or whose end of support nobody states, cannot be told. An image of static programs alone has none ' +
    'and passes. daysLeft asks for support that lasts at least so much longer.',
  needs: ['files'],
  defaults: { daysLeft: 0, rolling: ['arch', 'chainguard', 'gentoo', 'opensuse-tumbleweed', 'void', 'wolfi'] },
  settings: (z) => ({
    daysLeft: z.number().int().min(0).max(3650).describe('Days that support must still last. Default 0.'),
    rolling: z
      .array(z.string().max(100))
      .describe('os-release IDs that are always current. Default: the known rolling ones.'),
  }),
  check(record, settings, { now }) {
    const system = record.operatingSystem;
    if (system === undefined) return withoutName(record);
    if (matchesAny(settings.rolling, system.id)) return { violations: [] };
    const name = system.prettyName ?? `${system.id} ${system.version}`.trim();
    const end = record.advisories?.supportEnd ?? system.supportEnd;
    const past = daysSince(end, now);
    if (end === undefined || past === undefined) {
      const what =
        `how long ${name} is supported: nobody states an end of support for ${system.id} ${system.version}`.trim();
      return { violations: [], doubts: [{ what, mend: 'plimsoll db update' }] };
    }
    if (past < 1 - settings.daysLeft) return { violations: [] };
    const ended = past >= 1;
    const draft = {
      subject: `operating-system:${system.id}:${system.version}`,
      severity: ended ? ('high' as const) : ('medium' as const),
      what: `${name} is supported until ${end.slice(0, 10)}`,
      why: ended
        ? 'support has ended: nobody publishes fixes any more'
        : `support must last ${settings.daysLeft} days more`,
      owner: system.place.owner,
      place: system.place,
      mend: `${rebuildOnNewerBase(record)} of a supported release`,
    };
    return { violations: [draft] };
  },
  moments(record, { daysLeft }) {
    const end = record.advisories?.supportEnd ?? record.operatingSystem?.supportEnd;
    return [...momentsAfter(end, 1 - daysLeft), ...momentsAfter(end, 1)];
  },
};

function withoutName(record: ImageRecord): RuleResult {
  const fromSystem = record.packages.some(
    ({ type }) => type === 'deb' || type === 'rpm' || type === 'apk' || type === 'alpm',
  );
  const dynamic = record.executables.some(({ elf, interpreter }) => elf !== undefined && interpreter !== undefined);
  if (!fromSystem && !dynamic) return { violations: [] };
  const because = fromSystem ? 'it has packages of an operating system' : 'it has programs that need shared libraries';
  const what = `which operating system this is: ${because} but no release file that is understood`;
  return { violations: [], doubts: [{ what, mend: 'keep /etc/os-release in the image' }] };
}
