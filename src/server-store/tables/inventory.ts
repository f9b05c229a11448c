import type { Generated, JSONColumnType } from 'kysely';

type Labels = JSONColumnType<Readonly<Record<string, string>>, string, string>;

/** Kysely's view of the tables of what runs where; times are RFC 3339. */
export interface InventoryTables {
  registry: {
    name: string;
    settings: JSONColumnType<object, string, string>;
    added_at: Generated<string>;
    last_seen: string | null;
  };
  host: {
    id: Generated<number>;
    kind: 'docker' | 'kubernetes' | 'containerd';
    name: string;
    environment: string | null;
    team: string | null;
    labels: Labels;
    first_seen: string;
    last_seen: string;
    period_seconds: Generated<number>;
  };
  workload: {
    id: Generated<number>;
    host: number;
    namespace: string;
    kind: string;
    name: string;
    environment: string | null;
    team: string | null;
    labels: Labels;
    since: string;
    until: string | null;
  };
  container: {
    host: number;
    id: string;
    name: string;
    workload: number | null;
    image: string | null;
    image_ids: Generated<readonly string[]>;
    platform: string | null;
    image_reference: string | null;
    image_name: string;
    environment: string | null;
    team: string | null;
    labels: Labels;
    configuration: JSONColumnType<object, string, string>;
    since: string;
    until: string | null;
    last_seen: string;
  };
  image_alias: { alias: string; image: string };
  source_watch: { source: string; holder: string; until: string; cursor: unknown };
}
