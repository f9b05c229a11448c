import { sql } from 'kysely';
import type { ImageRecord } from '../../model/index.ts';
import { plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

const mostNames = 20;
const ownerLabels = ['org.opencontainers.image.authors', 'maintainer'];

/** Keeps what lists show of an image beside its record. A team that is not named stays what it was. */
export async function noteImage(
  store: Store,
  { record, name, team }: { readonly record: ImageRecord; readonly name: string; readonly team?: string | undefined },
): Promise<{ readonly isNew: boolean }> {
  const { image, layers } = record;
  const owner = ownerLabels.map((label) => image.labels[label]).find((text) => text !== undefined && text !== '');
  const { rows } = await sql<{ isNew: boolean }>`
    INSERT INTO image_fact (image, team, owner, layers, config_digest, names, executables)
    VALUES (${image.digest}, ${team ?? null}, ${owner === undefined ? null : plainText(owner.slice(0, 256))}, ${layers.length},
      ${image.configDigest ?? null}, ARRAY[${plainText(name)}]::text[], ${executablesOf(record)}::int[])
    ON CONFLICT (image) DO UPDATE SET team = coalesce(excluded.team, image_fact.team), owner = excluded.owner,
      layers = excluded.layers, config_digest = excluded.config_digest, executables = excluded.executables,
      names = (excluded.names || array_remove(image_fact.names, excluded.names[1]))[1:${mostNames}]
    RETURNING (xmax = 0) AS "isNew"`.execute(store.db);
  return rows[0]!;
}

function executablesOf({ layers, executables }: ImageRecord): number[] {
  const byLayer = new Map<number | undefined, number>();
  for (const { place } of executables) byLayer.set(place.layer, (byLayer.get(place.layer) ?? 0) + 1);
  return layers.map(({ index }) => byLayer.get(index) ?? 0);
}
