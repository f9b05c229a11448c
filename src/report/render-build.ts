import { shortDigest } from './units.ts';
import { visibleText } from './visible-text.ts';

/** What was built of what, for a terminal. */
export interface BuildInput {
  readonly engine: { readonly name: string; readonly version: string };
  readonly builder: string;
  readonly isLocal: boolean;
  readonly source?: { readonly repository?: string; readonly commit: string; readonly ref?: string };
  readonly dirty: boolean;
  readonly unpushed: boolean;
  readonly reproducible: boolean;
  readonly images: readonly { readonly role: string; readonly reference: string; readonly digest: string }[];
  readonly digest: string;
}

/** Lines on where an image comes from: source, bases, engine, builder. */
export function renderBuild(input: BuildInput): string {
  const { engine, source, dirty, unpushed, images, reproducible } = input;
  const at = source === undefined ? 'no commit' : `commit ${source.commit.slice(0, 12)}${refText(source.ref)}`;
  const oddities = [dirty ? 'and what differed from it' : '', unpushed ? 'not known to be pushed' : ''].filter(
    (text) => text !== '',
  );
  return `${[
    ` built     ${shortDigest(input.digest)} by ${visibleText(engine.name)} ${visibleText(engine.version)}${reproducible ? ', reproducibly' : ''}`,
    ` source    ${at}${oddities.length === 0 ? '' : `, ${oddities.join(', ')}`}`,
    ...(source?.repository === undefined ? [] : [`           ${visibleText(source.repository)}`]),
    ...images.map(
      ({ role, reference, digest }) =>
        ` ${role.padEnd(9)} ${visibleText(reference.replace(`@${digest}`, ''))} ${shortDigest(digest)}`,
    ),
    ` builder   ${input.isLocal ? 'local: no builder vouches for it' : visibleText(input.builder)}`,
  ].join('\n')}\n`;
}

function refText(ref: string | undefined): string {
  return ref === undefined ? '' : ` of ${visibleText(ref.replace(/^refs\/(?:heads|tags)\//, ''))}`;
}
