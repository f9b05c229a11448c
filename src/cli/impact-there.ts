import { CodedError } from '../model/index.ts';
import { counted, visibleText } from '../report/index.ts';
import { type Answer, ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

type Impact = Answer<'getImpact'>;

const mostShown = 100;
const mostInPage = 1000;

/** Whom something reaches of all that a server keeps, and what runs of it. */
export async function impactThere(
  text: string,
  flags: ServerFlags & { readonly versions?: string; readonly format: 'tree' | 'table' | 'json' },
  io: Io,
): Promise<void> {
  if (flags.versions !== undefined)
    throw new CodedError('usage', '--versions does not go with --server: name one version, as lodash@4.17.15', {
      kind: 'usage',
    });
  const isWhole = flags.format === 'json';
  const impact = await withServer(flags, io, async (server) => {
    const limit = String(isWhole ? mostInPage : mostShown);
    const { next, ...first } = await ask(server, 'getImpact', { query: { q: text, limit } });
    let cursor = isWhole ? next : undefined;
    while (cursor !== undefined) {
      const more: Impact = await ask(server, 'getImpact', { query: { q: text, limit, cursor } });
      first.images.push(...more.images);
      cursor = more.next;
    }
    return first;
  });
  if (isWhole) return void io.stdout.write(`${JSON.stringify(impact, undefined, 2)}\n`);
  io.stdout.write(inWords(impact));
}

function inWords({ query, advisories, bases, images, containers, owners, totals, caveats }: Impact): string {
  const lines: string[] = [];
  const title = advisories[0]?.title;
  lines.push(`${query}${title === undefined ? '' : `  ${title}`}`);
  lines.push(
    totals.images === 0
      ? `  reaches none of ${counted(totals.records, 'image')} that the server keeps`
      : `  reaches ${counted(totals.images, 'image')} of ${totals.records}, and ${counted(totals.containers, 'container')} that run`,
  );
  for (const { name, images: on, running, owner } of bases)
    lines.push(
      `  base ${name}: ${counted(on, 'image')}, ${running} running${owner === undefined ? '' : `, of ${owner}`}`,
    );
  if (owners.length > 0) lines.push('', 'Owners');
  for (const { name, images: own, running } of owners)
    lines.push(`  ${name}: ${counted(own, 'image')}, ${running} running`);
  if (images.length > 0) lines.push('', 'Images');
  for (const { name, digest, verdict, via, packages, running } of images.slice(0, mostShown)) {
    const by = packages.map((each) => `${each.name} ${each.version}`).join(', ');
    const from = via === 'base' ? 'by its base' : 'of its own';
    lines.push(
      `  ${name}  ${digest.slice(7, 19)}  ${verdict}, ${running} running, ${from}${by === '' ? '' : `: ${by}`}`,
    );
  }
  if (containers.length > 0) lines.push('', 'Containers');
  for (const { name, host, environment } of containers.slice(0, mostShown))
    lines.push(`  ${name} on ${host}${environment === undefined ? '' : ` (${environment})`}`);
  const more = Math.max(0, totals.images - mostShown);
  if (more > 0) lines.push('', `${more} more images: --format json has them all`);
  for (const caveat of caveats) lines.push('', `! ${caveat}`);
  return `${lines.map(visibleText).join('\n')}\n`;
}
