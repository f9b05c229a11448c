import { describe, expect, test } from 'vitest';
import { imageName, isPlainWord, plainWord, simpleArguments } from './words.ts';

test.each([
  ['@harbour/Shop_2', 'shop-2'],
  ['Ledger', 'ledger'],
  ['3d-viewer', 'app-3d-viewer'],
  ['', 'app'],
  ['日本', 'app'],
  ['-a-', 'a'],
  ['x'.repeat(80), 'x'.repeat(50)],
])('the image of %j is called %s', (name, expected) => {
  expect(imageName(name)).toBe(expected);
});

describe('words for COPY and RUN', () => {
  test.each(['bin/app', 'app-1.0.jar', '@scope', 'a=b'])('%s is one', (word) => {
    expect(plainWord(word, 'the file')).toBe(word);
  });

  test.each(['a b', 'a;b', '$(id)', 'a\nb', '../up', '/etc', '-rf', '', 'a"b', '`id`', 'a*'])('%j is none', (word) => {
    expect(isPlainWord(word)).toBe(false);
    expect(() => plainWord(word, 'the file')).toThrow(`the file "${word}" cannot stand in a Dockerfile`);
  });
});

test.each([
  ['node server.js', ['node', 'server.js']],
  ['  node   --enable-source-maps dist/main.js ', ['node', '--enable-source-maps', 'dist/main.js']],
  ['node a.js && node b.js', undefined],
  ['node $FILE', undefined],
  ['', undefined],
])('the arguments of %j', (command, expected) => {
  expect(simpleArguments(command)).toEqual(expected);
});
