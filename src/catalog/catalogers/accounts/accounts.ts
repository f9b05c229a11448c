import type { AccountItem, Item, Problem, ShadowItem } from '../../../model/index.ts';
import { type Cataloger, type CatalogFile, type CatalogResult, fileProblem, wholeFile } from '../../cataloger.ts';

const name = 'accounts';
const limitBytes = 16 << 20;
const maxDamaged = 5;

/** Accounts of the operating system. */
export const accounts: Cataloger = {
  name,
  version: 1,
  summary: 'Accounts of /etc/passwd, and from /etc/shadow whether they have a password and how it is hashed',
  packages: [],
  claims: [{ path: '/etc/passwd' }, { path: '/etc/shadow' }],
  maxBytes: limitBytes,
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  const bytes = wholeFile(file, limitBytes);
  if (bytes === undefined) {
    const message = `${file.sizeBytes} bytes are more than an account file has`;
    return { items: [], problems: [fileProblem(name, file, { code: 'file-too-large', message, hides: 'accounts' })] };
  }
  const parse = file.path === '/etc/passwd' ? passwdLine : shadowLine;
  const items: Item[] = [];
  const damaged: number[] = [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  for (const [index, line] of text.split('\n').entries()) {
    // `+` and `-` lines ask a network directory (passwd of compat mode); they are no accounts.
    if (line.trim() === '' || /^[#+-]/.test(line)) continue;
    const item = line.length > 10_000 ? undefined : parse(line, file);
    if (item === undefined) damaged.push(index + 1);
    else items.push(item);
  }
  return { items, problems: damaged.length === 0 ? [] : [damagedLines(file, damaged)] };
}

function damagedLines(file: CatalogFile, lines: readonly number[]): Problem {
  const more = lines.length > maxDamaged ? ` and ${lines.length - maxDamaged} more` : '';
  const message = `lines ${lines.slice(0, maxDamaged).join(', ')}${more} are no account`;
  return fileProblem(name, file, { code: 'malformed-accounts', message, hides: 'accounts' });
}

/** `name:password:uid:gid:comment:home:shell`, passwd(5). An empty shell is /bin/sh. */
function passwdLine(line: string, { path }: CatalogFile): AccountItem | undefined {
  const [account, password, uid, gid, , home, shell] = line.split(':');
  if (!account || password === undefined || !isId(uid) || !isId(gid)) return undefined;
  return {
    kind: 'account',
    path,
    name: account,
    uid: Number(uid),
    gid: Number(gid),
    home: home ?? '',
    shell: shell || '/bin/sh',
    password: password === 'x' ? 'shadowed' : stateOf(password),
  };
}

/** `name:hash:…`, shadow(5). */
function shadowLine(line: string, { path }: CatalogFile): ShadowItem | undefined {
  const [account, hash] = line.split(':', 2);
  if (!account || hash === undefined) return undefined;
  const password = stateOf(hash);
  const hashAlgorithm = hashAlgorithmOf(hash.replace(/^!+/, ''));
  return { kind: 'shadow', path, name: account, password, ...(hashAlgorithm === undefined ? {} : { hashAlgorithm }) };
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

/** `!` and `*` begin what no password can hash to. */
function stateOf(hash: string): ShadowItem['password'] {
  if (hash === '') return 'empty';
  return hashAlgorithmOf(hash) === undefined ? 'locked' : 'set';
}

const prefixes: Readonly<Record<string, string>> = {
  '1': 'md5',
  '2': 'bcrypt',
  '2a': 'bcrypt',
  '2b': 'bcrypt',
  '2x': 'bcrypt',
  '2y': 'bcrypt',
  '5': 'sha256',
  '6': 'sha512',
  '7': 'scrypt',
  y: 'yescrypt',
  gy: 'gost-yescrypt',
  sha1: 'sha1',
  md5: 'sun-md5',
  '3': 'nt',
};

/** The kind of hash, by crypt(5): `$id$…`, `_` for extended DES, thirteen characters for DES. */
function hashAlgorithmOf(hash: string): string | undefined {
  const id = /^\$([a-z0-9]{1,8})[$,]/.exec(hash)?.[1];
  if (id !== undefined) return Object.hasOwn(prefixes, id) ? prefixes[id] : `unknown-${id}`;
  if (/^_[./0-9A-Za-z]{19}$/.test(hash)) return 'bsdi-des';
  return /^[./0-9A-Za-z]{13}$/.test(hash) ? 'des' : undefined;
}
