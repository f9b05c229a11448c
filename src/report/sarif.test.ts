import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject } from 'ajv';
import { expect, test } from 'vitest';
import { cartRecord, cartVerdict } from '../../test/make/cart-image.ts';
import { renderSarif } from './sarif.ts';

const schemaFile = new URL('../../test/vectors/sarif/sarif-2.1.0-rtm.5.json', import.meta.url);

test('is valid by the published schema of SARIF 2.1.0, with a verdict and without', async () => {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as AnySchemaObject;
  const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false }).compile(schema);
  const record = cartRecord();
  for (const text of [renderSarif({ record }), renderSarif({ record, verdict: await cartVerdict(record) })]) {
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  }
  validate({ version: '2.1.0', runs: [{ tool: {} }] });
  expect(validate.errors?.[0]?.message).toBe("must have required property 'driver'");
});

test('the run names what the verdict follows from', async () => {
  const record = cartRecord();
  const verdict = { ...(await cartVerdict(record)), vexDigest: `sha256:${'e'.repeat(64)}` };
  const { runs } = JSON.parse(renderSarif({ record, verdict })) as { runs: { properties: object }[] };
  expect(runs[0]!.properties).toEqual({
    imageDigest: record.image.digest,
    platform: 'linux/amd64',
    advisoryDatabase: `sha256:${'d'.repeat(64)}`,
    verdict: 'fail',
    policy: 'production',
    policyDigest: verdict.policy.digest,
    vexDigest: `sha256:${'e'.repeat(64)}`,
    scope: 'default',
  });
});
