import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** A certificate with its key, as PEM files. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the tests' own, trusted by nobody. */
export interface TestAuthority {
  /** PEM file of its own certificate. */
  readonly cert: string;
  /** @param names `DNS:registry.test`, `IP:127.0.0.1`. @param days how long it holds; below 0 it has ended. */
  issue(name: string, names: readonly string[], days?: number): Promise<MadeCertificate>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority with openssl; its files and all that it issues lie in the folder. */
export async function makeAuthority(folder: string, name = 'ca'): Promise<TestAuthority> {
  const at = (file: string): string => join(folder, file);
  const authority = { cert: at(`${name}.pem`), key: at(`${name}-key.pem`) };
  const subject = ['-subj', `/CN=plimsoll test ${name}`];
  const out = ['-keyout', authority.key, '-out', authority.cert];
  await runCommand('openssl', ['req', '-x509', ...newKey, ...subject, '-days', '2', ...out]);
  return {
    cert: authority.cert,
    async issue(leaf, names, days = 2) {
      const made = { cert: at(`${leaf}.pem`), key: at(`${leaf}-key.pem`) };
      const request = at(`${leaf}.csr`);
      const extensions = at(`${leaf}.ext`);
      writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
      await runCommand('openssl', ['req', ...newKey, '-subj', `/CN=${leaf}`, '-keyout', made.key, '-out', request]);
      const signing = ['-CA', authority.cert, '-CAkey', authority.key, '-days', String(days), '-extfile', extensions];
      await runCommand('openssl', ['x509', '-req', '-in', request, ...signing, '-out', made.cert]);
      return made;
    },
  };
}

/** Both files' texts, as TLS servers take them. */
export function pemOf(made: MadeCertificate): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(made.cert, 'utf8'), key: readFileSync(made.key, 'utf8') };
}
