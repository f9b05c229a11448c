import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeOciArchive } from '../make/image-files.ts';
import { ScanPlace } from './scan-place.ts';

describe('passwords that an image gives to its commands', () => {
  const place = new ScanPlace();
  let record: ImageRecord;
  beforeAll(async () => {
    const image = buildImage({
      layers: [{ files: { '/etc/os-release': 'ID=debian\nVERSION_ID=12\n' } }],
      config: {
        Entrypoint: ['/bin/app', '--db-password', 'Sl4te-Pier-88'],
        Cmd: ['serve', '--password=Gr4nite-Quay-77'],
        Healthcheck: { Test: ['CMD', 'curl', '--token', 'T0ken-Buoy-5512'] },
      },
    });
    const file = place.at('image.tar');
    writeOciArchive(file, image);
    record = await place.scan(`archive:${file}`);
  });
  afterAll(() => place.remove());

  const { entrypoint, cmd, healthcheck } = {
    entrypoint: () => record.image.configuration.entrypoint,
    cmd: () => record.image.configuration.cmd,
    healthcheck: () => record.image.configuration.healthcheck,
  };

  test('are found', () => {
    const found = record.findings.flatMap((finding) =>
      finding.kind === 'secret' ? [finding.place.configuration] : [],
    );
    expect(found).toEqual(expect.arrayContaining(['cmd', 'entrypoint']));
  });

  test('are redacted where name and value are one word', () => {
    expect(cmd()).toEqual(['serve', '--password=[redacted]']);
  });

  // Words are redacted one by one, without the switch before them.
  test('are redacted where the value is a word of its own', () => {
    expect(entrypoint()).toEqual(['/bin/app', '--db-password', '[redacted]']);
    expect(healthcheck()).toEqual(['CMD', 'curl', '--token', '[redacted]']);
  });

  test('are found in health checks, too', () => {
    const found = record.findings.flatMap((finding) =>
      finding.kind === 'secret' ? [finding.place.configuration] : [],
    );
    expect(found).toContain('healthcheck');
  });
});
