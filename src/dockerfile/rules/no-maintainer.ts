import { offeredFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

const asLabel = {
  effect: 'configuration',
  note: 'the label says the author, the deprecated field no longer does',
} as const;

/** A label instead of MAINTAINER. */
export const noMaintainer: DockerfileRule = {
  name: 'no-maintainer',
  summary: 'MAINTAINER is not used.',
  explanation:
    'MAINTAINER is deprecated: it fills a field of the image that tools no longer read. The label org.opencontainers.image.authors says the same where they look.',
  category: 'audit',
  severity: 'error',
  aliases: ['MaintainerDeprecated', 'DL4000'],
  check(file) {
    return instructionsOf(file, 'maintainer').map(({ span, value, keyword }) => {
      const label = keyword.text === keyword.text.toLowerCase() ? 'label' : 'LABEL';
      const text = `${label} org.opencontainers.image.authors=${quoted(value.text)}`;
      return {
        span,
        message: 'MAINTAINER is deprecated',
        advice: `write ${text.slice(0, 120)}`,
        fix: offeredFix('write it as a label', [{ span, text }], asLabel),
      };
    });
  },
};

/** As one word in double quotes, every character as it is. */
function quoted(text: string): string {
  const bare = /^"([^"\\$]*)"$/.exec(text)?.[1] ?? text;
  return `"${bare.replace(/["\\$]/g, '\\$&')}"`;
}
