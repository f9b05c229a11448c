import { CodedError } from '../../src/model/index.ts';

/** What `npm start` was asked for. */
export type StartWords =
  | { readonly kind: 'help' }
  | { readonly kind: 'verb'; readonly args: readonly string[] }
  | { readonly kind: 'serve'; readonly port: number };

const usualPort = 7411;

export const usage = `Examples:
  npm start                          the server, its dashboard, a scanned image to look at
  npm start -- --port 8080           on another port; 0 takes any that is free
  npm start -- scan nginx:1.27       one command of plimsoll, with the data of npm start
  npm start -- --help

Data lie in .plimsoll/ (PLIMSOLL_DATA names another folder) and stay until you remove it.
`;

/** A first word that is no option is a command of plimsoll, and all words are its own. @throws CodedError `start-usage` */
export function readWords(words: readonly string[]): StartWords {
  const [first, second, ...rest] = words;
  if (first === undefined) return { kind: 'serve', port: usualPort };
  if (!first.startsWith('-')) return { kind: 'verb', args: words };
  if (first === '--help' || first === '-h') return { kind: 'help' };
  const [name, joined] = first.split('=', 2);
  const text = joined ?? second;
  const more = joined === undefined ? rest : words.slice(1);
  if (name !== '--port' || more.length > 0)
    throw wrong(`${name === '--port' ? more.join(' ') : first} is nothing that npm start takes`);
  if (text === undefined || !/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw wrong(`--port ${text ?? ''} is no port: a number up to 65535`);
  return { kind: 'serve', port: Number(text) };
}

function wrong(message: string): CodedError {
  return new CodedError('start-usage', message, { kind: 'usage', hint: 'npm start -- --help' });
}
