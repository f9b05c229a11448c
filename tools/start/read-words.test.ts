import { expect, test } from 'vitest';
import { CodedError } from '../../src/model/index.ts';
import { readWords } from './read-words.ts';

test.each([
  [[], { kind: 'serve', port: 7411 }],
  [['--port', '8080'], { kind: 'serve', port: 8080 }],
  [['--port=0'], { kind: 'serve', port: 0 }],
  [['-h'], { kind: 'help' }],
  [['scan', 'nginx:1.27', '--port', '1'], { kind: 'verb', args: ['scan', 'nginx:1.27', '--port', '1'] }],
])('npm start -- %j', (words, meant) => expect(readWords(words)).toEqual(meant));

test.each([[['--port']], [['--port', '65536']], [['--port', 'x']], [['--port', '1', 'scan']], [['--prot', '1']]])(
  'npm start -- %j is said to be wrong, and how it goes',
  (words) => {
    let thrown: unknown;
    try {
      readWords(words);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CodedError);
    expect(thrown).toMatchObject({ code: 'start-usage', kind: 'usage', hint: 'npm start -- --help' });
  },
);
