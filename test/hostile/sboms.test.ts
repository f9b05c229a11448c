import { writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { scanHostile } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const deep = `${'{"components":['.repeat(100_000)}${']}'.repeat(100_000)}`;
const cdx = (rest: string): string => `{"bomFormat":"CycloneDX","specVersion":"1.6",${rest}}`;

test.each([
  ['empty', '{}'],
  ['cut', '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":'],
  ['of another kind', '{"bomFormat":"Other"}'],
  ['XML without end', `<bom>${'<a>'.repeat(50_000)}`],
  ['nested without end', deep],
  ['with components that are no list', cdx('"components":{"0":{}}')],
  ['with components nested without end', cdx(`"components":[${deep}]`)],
  ['with keys of the language only', '{"__proto__":{"bomFormat":"CycloneDX","specVersion":"1.6"}}'],
  ['brackets', `{"a":${'['.repeat(1_000_000)}`],
  ['SPDX without packages of any shape', '{"spdxVersion":"SPDX-2.3","packages":"many"}'],
])('an SBOM %s is an error that names it, or cannot be told from', async (_, text) => {
  const file = place.at('hostile.json');
  writeFileSync(file, text);
  const outcome = await scanHostile(place, `sbom:${file}`);
  if (outcome.kind === 'error') expect(outcome.message).toContain('hostile.json');
  else expect(outcome.verdict.result).not.toBe('pass');
});
