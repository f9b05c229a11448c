import { CodedError } from '../model/index.ts';
import { cyclonedxStatements } from './vex-cyclonedx.ts';
import { asObject, asText } from './vex-json.ts';
import type { Reader } from './vex-json.ts';
import { openVexStatements } from './vex-openvex.ts';
import type { VexStatement } from './vex-statement.ts';

const largestBytes = 64 * 1024 * 1024;
const mostComplaints = 50;

/** What a VEX document says, and what in it could not be used and why. */
export interface VexDocument {
  readonly statements: readonly VexStatement[];
  readonly complaints: readonly string[];
}

/**
 * Reads OpenVEX (spec 0.0.1 to 0.2.0) and CycloneDX VEX (1.4 to 1.7) as JSON. Throws `bad-vex` for what is neither; a
 * statement that is not whole is left out and named.
 */
export function parseVex(bytes: Uint8Array, name: string): VexDocument {
  if (bytes.length > largestBytes) throw new CodedError('bad-vex', `${name} is larger than 64 MiB`);
  const document = asObject(readJson(bytes, name));
  if (document === undefined) throw new CodedError('bad-vex', `${name} is not a JSON object`);
  const complaints: string[] = [];
  let more = 0;
  const reader: Reader = {
    name,
    complain(text) {
      if (complaints.length < mostComplaints) complaints.push(`${name}: ${text}`);
      else more++;
    },
  };
  const statements = statementsOf(document, reader);
  if (more > 0) complaints.push(`${name}: ${more} more statements that could not be used`);
  return { statements, complaints };
}

function statementsOf(document: Readonly<Record<string, unknown>>, reader: Reader): readonly VexStatement[] {
  const contexts = Array.isArray(document['@context']) ? document['@context'] : [document['@context']];
  if (contexts.some((context) => asText(context)?.startsWith('https://openvex.dev/ns') === true))
    return openVexStatements(document, reader);
  if (document['bomFormat'] === 'CycloneDX') return cyclonedxStatements(document, reader);
  const hint = 'OpenVEX and CycloneDX in JSON are understood';
  throw new CodedError('bad-vex', `${reader.name} is neither OpenVEX nor CycloneDX`, { hint });
}

function readJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new CodedError('bad-vex', `${name} is not JSON: ${whereOf(error)}`, { cause: error });
  }
}

/** What the parser met, with its place where it says one: `line 3, column 7: Expected ','`. */
function whereOf(error: unknown): string {
  const { message } = error as Error;
  const [, what, line, column] = /^(.*) in JSON at position \d+ \(line (\d+) column (\d+)\)$/s.exec(message) ?? [];
  return what === undefined ? message.replace(/ is not valid JSON$/, '') : `line ${line}, column ${column}: ${what}`;
}
