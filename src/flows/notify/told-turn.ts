import type { KeptTurn } from '../../server-store/index.ts';
import type { TurnDetails } from '../rejudge/index.ts';
import type { TurnFilter } from './notifications-file.ts';

/** A turn as people are told of it. */
export type ToldTurn = Omit<KeptTurn, 'body'> & { readonly body: TurnDetails };

/** One turn for each image and scope: from the first word to the last. What turned back within the window is no news. */
export function lastWords(turns: readonly KeptTurn[]): readonly ToldTurn[] {
  const first = new Map<string, KeptTurn>();
  const last = new Map<string, KeptTurn>();
  for (const turn of turns) {
    const key = `${turn.image} ${turn.scope}`;
    if (!first.has(key)) first.set(key, turn);
    last.set(key, turn);
  }
  return [...last].flatMap(([key, turn]) => {
    const { before } = first.get(key)!;
    return before === turn.result ? [] : [{ ...turn, before, body: turn.body as TurnDetails }];
  });
}

/** Whether a channel tells of a turn. */
export function concerns(filter: TurnFilter, { result, team, scope, body }: ToldTurn): boolean {
  const { results, running, teams, scopes, environments } = filter;
  return (
    results.includes(result) &&
    (!running || body.running > 0) &&
    (teams === undefined ||
      [team, ...body.places.map((place) => place.team)].some((each) => each !== null && teams.includes(each))) &&
    (scopes === undefined || scopes.includes(scope)) &&
    (environments === undefined ||
      body.places.some(({ environment }) => environment !== null && environments.includes(environment)))
  );
}

/** Who answers for the image, as far as anybody said: what turns are grouped by. */
export function ownerOf({ team, body }: ToldTurn): string | undefined {
  return body.owner ?? team ?? undefined;
}
