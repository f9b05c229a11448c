import type { ChangeKind } from '../../server-store/index.ts';
import type { RouteName } from '../contract/index.ts';
import type { Asked, Handlers } from '../http/handler.ts';
import type { Identity, Service } from '../service.ts';
import { AnswerText } from './answer-text.ts';
import { folderStampOf, stampOf } from './file-stamps.ts';

/** What the answer to a question is made of. */
interface Read {
  readonly kinds: readonly ChangeKind[];
  /** The advisory database, the folder of bases. */
  readonly files?: readonly ('database' | 'bases')[];
  /** It says what holds at this moment: silent hosts, expired waivers. A second later it is made anew. */
  readonly byTheClock?: true;
  /** It looks through much of the store. */
  readonly isLong?: true;
  /** For whom it is made of nothing else. */
  readonly only?: (identity: Identity) => boolean;
}

const image = ['images', 'verdicts', 'lives', 'places'] as const;

/**
 * Questions whose answers are kept and given again as long as nothing that they are made of has changed (`KeptAnswers`). What is not
 * here is made for each question.
 */
export const reads = {
  listImages: { kinds: image },
  getImage: { kinds: image, files: ['database'] },
  listVerdicts: { kinds: image },
  listFindings: { kinds: image, files: ['database'] },
  listSecrets: { kinds: image, files: ['database'] },
  listPackages: { kinds: ['images', 'places'], files: ['database'] },
  listExecutables: { kinds: ['images', 'places'] },
  listContainers: { kinds: ['places', 'seen', 'images', 'results', 'lives'], byTheClock: true },
  listWorkloads: { kinds: ['places', 'images', 'results'] },
  listBases: { kinds: ['images', 'results', 'places', 'bases'], files: ['bases'], isLong: true },
  getBase: { kinds: ['images', 'results', 'places', 'bases'], files: ['bases'], isLong: true },
  getImpact: { kinds: ['images', 'results', 'lives', 'places', 'bases'], files: ['database', 'bases'] },
  search: { kinds: ['images', 'lives', 'places', 'bases', 'policies', 'people'], files: ['bases'] },
  // What is about a team is found by more than is counted.
  listLedger: { kinds: ['ledger'], only: ({ reach }) => reach === undefined },
} satisfies Readonly<Partial<Record<RouteName, Read>>>;

const longMs = 1000;

/** The handlers, those of `reads` with their answers kept. */
export function withKeptReads(handlers: Handlers, { answers, options }: Service): Handlers {
  const outside = (files: Read['files'] = []): string =>
    files
      .map((file) => {
        if (file === 'database') return stampOf(options.database);
        return options.bases === undefined ? '' : folderStampOf(options.bases);
      })
      .join(' ');
  const kept = (name: RouteName, { kinds, files, byTheClock, isLong, only }: Read) => {
    const handler = handlers[name] as (asked: Asked<unknown>) => Promise<unknown>;
    return (asked: Asked<unknown>): Promise<unknown> => {
      const { identity, params, query } = asked;
      if (only?.(identity) === false) return handler(asked);
      const { actor, reach, permissions } = identity;
      const who = reach === undefined ? [] : [reach, actor];
      return answers.of(
        JSON.stringify([name, params, query, who, [...permissions]]),
        { kinds, outside: outside(files), ...(byTheClock === true ? { forMs: longMs } : {}) },
        {
          make: async () => new AnswerText(await handler(asked)),
          bytesOf: ({ body }) => body.length,
          isLong: isLong === true,
        },
      );
    };
  };
  const wrapped = Object.entries(reads).map(([name, read]) => [name, kept(name as RouteName, read)] as const);
  return { ...handlers, ...(Object.fromEntries(wrapped) as unknown as Partial<Handlers>) };
}
