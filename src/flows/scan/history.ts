import type { OciImageConfig } from '../../image/index.ts';

const maxCharacters = 200;

/**
 * The instruction that made each layer, by the layer's index: the history's entries that are not empty, in order (OCI
 * image-spec, config.md § history). Builders' own wrapping is taken off; long ones are shortened.
 */
export function instructionsOf(config: OciImageConfig, redact: (text: string) => string): (string | undefined)[] {
  const filled = config.history.filter(({ emptyLayer }) => !emptyLayer);
  return config.diffIds.map((_, index) => {
    const written = filled[index]?.createdBy;
    return written === undefined || written === '' ? undefined : shorten(redact(unwrap(written)));
  });
}

/** `/bin/sh -c #(nop)  COPY …` and `RUN /bin/sh -c apt-get … # buildkit` as they stood in the Dockerfile. */
function unwrap(written: string): string {
  const plain = written
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const quiet = /^\/bin\/sh -c #\(nop\) +(.*)$/.exec(plain);
  if (quiet !== null) return quiet[1]!;
  const run = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:ba)?sh -c (.*)$/.exec(plain);
  return run === null ? plain : `RUN ${run[1]!}`;
}

function shorten(text: string): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}
