import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBuilder } from './builder-document.ts';

const head = 'apiVersion: plimsoll.dev/v1\nkind: Builder\nmetadata:\n  name: eu-1\n';

test('the example of the documentation is right', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/formats/builder.md'), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(await parseBuilder(example, 'builder.yaml')).toEqual({
    name: 'eu-1',
    id: 'https://builders.example.com/eu-1',
    key: 'exec:/usr/local/bin/kms-sign builder-eu-1',
    description: 'The build machine of the Frankfurt site.',
  });
});

test.each([
  ['id: eu-1\n', 'builder.yaml:5:1: id: must be a URI'],
  ['', 'missing field "id"'],
  ['id: https://b.example.com\nkeys: x\n', 'builder.yaml:6:1: unknown field "keys"; did you mean "key"?'],
  ['id: https://plimsoll.dev/builders/local\n', '"local" is what builds with --local are called'],
  ['id: https://b.example.com\n---\n' + head + 'id: https://c.example.com\n', 'a machine is one builder'],
])('%j is refused: %s', async (rest, message) => {
  await expect(parseBuilder(head + rest, 'builder.yaml')).rejects.toMatchObject({
    code: 'invalid-builder',
    message: expect.stringContaining(message) as string,
  });
});
