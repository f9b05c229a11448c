import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../model/index.ts';
import { changedLives } from './changed-lives.ts';

const waived = new Set<string>();
const findingsOf = (words: string): readonly Finding[] =>
  words === '' ? [] : words.split(' ').map((id) => ({ id }) as Finding);
const told = (before: string | null, after: string | null) => {
  const findings = findingsOf(after ?? '');
  return changedLives('image', { before, after, findings, waived }).map(({ changed, present }) => ({
    changed: changed.map(({ id }) => id).join(' '),
    all: present?.map(({ id }) => id).join(' '),
  }));
};

test('nothing is written where nothing changed, and nothing is told', () => {
  expect(told('ac bc', 'ac bc')).toEqual([]);
  expect(told('ac bc', null)).toEqual([]);
});

test('new words are written, and what goes has all that are left told', () => {
  expect(told(null, 'ac bc')).toEqual([{ changed: 'ac bc', all: 'ac bc' }]);
  expect(told('ac cc', 'ac bc cc')).toEqual([{ changed: 'bc', all: undefined }]);
  expect(told('ac bc cc', 'ac cc')).toEqual([{ changed: '', all: 'ac cc' }]);
  expect(told('ac bc cc', 'ac bcw cc')).toEqual([{ changed: 'bcw', all: 'ac bcw cc' }]);
  expect(told('ac abc', 'abc')).toEqual([{ changed: '', all: 'abc' }]);
  expect(told('abc', 'ac abc')).toEqual([{ changed: 'ac', all: undefined }]);
  expect(told('', 'ac')).toEqual([{ changed: 'ac', all: undefined }]);
  expect(told('ac', '')).toEqual([{ changed: '', all: '' }]);
});

test('whatever words there were and are: those that were not there are written, those that went are noticed', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'aa', 'abw', 'bab');
  const line = fc.uniqueArray(word).map((words) => words.join(' '));
  fc.assert(
    fc.property(line, line, (before, after) => {
      const [was, is] = [before, after].map((words) => findingsOf(words).map(({ id }) => id));
      const expected = {
        changed: is!.filter((each) => !was!.includes(each)).join(' '),
        all: was!.every((each) => is!.includes(each)) ? undefined : after,
      };
      expect(told(before, after)).toEqual(before === after ? [] : [expected]);
    }),
    { numRuns: 2000, seed: 15 },
  );
});
