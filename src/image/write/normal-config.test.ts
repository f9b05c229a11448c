import { expect, test } from 'vitest';
import { normalConfig } from './normal-config.ts';

const latest = Date.parse('2026-02-03T04:05:06Z') / 1000;
const asText = (config: unknown) =>
  JSON.parse(normalConfig(Buffer.from(JSON.stringify(config)), ['sha256:a'], latest).toString('utf8')) as unknown;

test('keeps what the image means, and nothing that differs from build to build', () => {
  const config = {
    architecture: 'amd64',
    config: {
      Hostname: 'f00',
      Image: 'sha256:x',
      Env: ['B=1', 'A=2'],
      Labels: { b: '1', a: '2' },
      Cmd: ['x'],
      OnBuild: null,
    },
    container: 'f00',
    container_config: { Hostname: 'f00' },
    created: '2026-11-26T00:00:00.123456789Z',
    docker_version: '20.10',
    history: [
      { created: '2026-01-01T00:00:00Z', created_by: 'base' },
      { created: '2026-11-26T00:00:00.5Z', created_by: 'USER x', empty_layer: true },
      { created_by: 'no time' },
    ],
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: ['sha256:old'] },
  };
  expect(asText(config)).toEqual({
    created: '2026-02-03T04:05:06Z',
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['B=1', 'A=2'], Cmd: ['x'], Labels: { a: '2', b: '1' } },
    rootfs: { type: 'layers', diff_ids: ['sha256:a'] },
    history: [
      { created: '2026-01-01T00:00:00Z', created_by: 'base' },
      { created: '2026-02-03T04:05:06Z', created_by: 'USER x', empty_layer: true },
      { created: '2026-02-03T04:05:06Z', created_by: 'no time' },
    ],
  });
});

test('the same meaning has the same bytes, in whatever order it was written', () => {
  const one = normalConfig(
    Buffer.from('{"os":"linux","architecture":"amd64","config":{"Labels":{"b":"1","a":"2"},"User":"1"}}'),
    [],
    latest,
  );
  const two = normalConfig(
    Buffer.from('{"config":{"User":"1","Labels":{"a":"2","b":"1"}},"architecture":"amd64","os":"linux"}'),
    [],
    latest,
  );
  expect(one.toString()).toBe(two.toString());
});
