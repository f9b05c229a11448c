import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError, type ImageRecord, sha256Digest } from '../../model/index.ts';
import { readSbom, recordFromSbom } from '../../record/index.ts';
import { engine } from '../engine.ts';

const largestBytes = 256 << 20;

/** The record of what an SBOM in CycloneDX or SPDX says. Throws CodedError where it is neither. */
export function contentsOfSbom(file: string): ImageRecord {
  const { size } = fs.statSync(file);
  if (size > largestBytes)
    throw new CodedError('sbom-too-large', `${file} has ${size} bytes; ${largestBytes} are read at most`);
  const bytes = fs.readFileSync(file);
  const sbom = readSbom(bytes, path.basename(file));
  return recordFromSbom(sbom, { engine, digest: sha256Digest(hash('sha256', bytes, 'hex')) });
}
