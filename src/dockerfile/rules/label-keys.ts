import { offeredFix } from '../fix.ts';
import type { DockerfileRule, Draft } from '../rule.ts';
import type { Word } from '../syntax.ts';
import { instructionsOf } from '../walk.ts';

/** Names of labels as Docker recommends them. */
export const labelKeys: DockerfileRule = {
  name: 'label-keys',
  summary: "Names of labels are in lower case, with single dots and hyphens, outside of Docker's own namespaces.",
  explanation:
    "Docker's guidelines: a name begins with a letter and ends with a letter or digit, has lower case letters, digits, dots, hyphens and underscores, no two dots or hyphens together, and does not begin with com.docker., io.docker. or org.dockerproject., which Docker keeps for itself.",
  category: 'style',
  severity: 'style',
  aliases: ['DL3048'],
  check(file) {
    return instructionsOf(file, 'label').flatMap(({ pairs }) =>
      pairs.flatMap(({ name }) => {
        const key = name.text.replace(/^(["'])(.*)\1$/, '$2');
        const wrong = whatIsWrong(key);
        return wrong === undefined || key.includes('$')
          ? []
          : [
              {
                span: name.span,
                message: `the label ${key.slice(0, 80)} ${wrong}`,
                advice: 'name it as org.example.part-name',
                ...inLowerCase(name, key),
              },
            ];
      }),
    );
  },
};

/** Where capitals are all that is wrong. */
function inLowerCase({ text, span }: Word, key: string): Pick<Draft, 'fix'> {
  const lower = key.toLowerCase();
  if (lower === key || text !== key || whatIsWrong(lower) !== undefined) return {};
  const note = `the label is called ${lower.slice(0, 80)}`;
  return { fix: offeredFix(`name it ${lower}`, [{ span, text: lower }], { effect: 'configuration', note }) };
}

function whatIsWrong(key: string): string | undefined {
  if (/^(?:com\.docker|io\.docker|org\.dockerproject)\./.test(key))
    return 'is in a namespace that Docker keeps for itself';
  if (/[A-Z]/.test(key)) return 'has capitals';
  if (/\.\.|--/.test(key)) return 'has two dots or hyphens together';
  if (/[^a-z0-9._-]/.test(key)) return 'has characters that are no letters, digits, dots, hyphens or underscores';
  if (!/^[a-z]/.test(key)) return 'does not begin with a letter';
  return /[a-z0-9]$/.test(key) ? undefined : 'does not end with a letter or digit';
}
