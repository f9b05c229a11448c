import { CodedError } from '../../model/index.ts';
import { type FixTimes, timeToFix } from '../../server-store/index.ts';
import type { TimeToFix } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import type { Service } from '../service.ts';

const usualDays = 90;

/** How long it took to be rid of findings. */
export function timeToFixHandlers({ store, now }: Service): Pick<Handlers, 'getTimeToFix'> {
  return {
    async getTimeToFix({ query, identity }) {
      const { kind, team, severity } = query;
      const until = query.until === undefined ? now() : new Date(query.until);
      const since =
        query.since === undefined ? new Date(until.getTime() - usualDays * 86_400_000) : new Date(query.since);
      if (since >= until)
        throw new CodedError(
          'time-is-empty',
          `nothing lies between ${since.toISOString()} and ${until.toISOString()}`,
          {
            kind: 'usage',
            hint: 'since must be before until',
          },
        );
      const rows = await timeToFix(store, { reach: identity.reach, kind, since, until, team, severity });
      const answer: TimeToFix = {
        since: since.toISOString(),
        until: until.toISOString(),
        kind,
        items: rows
          .filter(({ isTotal }) => !isTotal)
          .map((row) => ({
            ...(row.team === null ? {} : { team: row.team }),
            severity: row.severity!,
            ...timesOf(row),
          })),
        bySeverity: rows
          .filter(({ isTotal, severity: of }) => isTotal && of !== null)
          .map((row) => ({ severity: row.severity!, ...timesOf(row) })),
        all: timesOf(rows.find(({ isTotal, severity: of }) => isTotal && of === null)!),
      };
      return answer;
    },
  };
}

function timesOf({ fromFirstSeen, fromFirstFixable, open, openFixable, waived }: FixTimes): TimeToFix['all'] {
  return { fromFirstSeen, fromFirstFixable, open, openFixable, waived };
}
