import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Io } from '../../src/cli/io.ts';
import { commands } from '../../src/cli/list.ts';
import { root } from './plimsoll.ts';

interface Snippet {
  /** `howto/build.md:12` */
  readonly where: string;
  readonly language: string;
  readonly text: string;
}

const folder = join(root, 'docs');
const files = ['howto', 'formats'].flatMap((name) =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${name}/${file}`),
);

const snippets = files.flatMap((file): Snippet[] => {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/^( *)```([a-z]*)\n([^]*?)^ *```$/gm)].map(
    ({ 1: indent = '', 2: language = '', 3: body = '', index }) => ({
      where: `${file}:${text.slice(0, index).split('\n').length}`,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
});
const of = (...languages: readonly string[]): [string, string][] =>
  snippets.filter(({ language }) => languages.includes(language)).map(({ where, text }) => [where, text]);

describe('what the documents show', () => {
  test.each(of('yaml'))('%s is YAML', (_, text) => {
    for (const document of parseAllDocuments(text)) expect('errors' in document ? document.errors : []).toEqual([]);
  });

  test.each(of('json'))('%s is JSON', (_, text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test.each(of('sh', ''))('%s is shell, where it has our commands', (_, text) => {
    if (!/^plimsoll /m.test(text)) return;
    execFileSync('bash', ['-n'], { input: text.replace(/…/g, 'x') });
  });
});

/** A command with its options, as the program registers them; nothing runs. */
async function registered(name: string): Promise<Command> {
  const listed = commands.find((each) => each.name === name);
  if (listed === undefined) throw new Error(`there is no command ${name}`);
  const command = new Command(name);
  (await listed.load())(command, { env: {}, columns: 80 } as Io);
  return command;
}

/** Every call of the program in a text: its words, lines that go on joined, up to what the shell does with it. */
function callsIn(text: string): string[][] {
  return [
    ...text.replace(/\\\n\s*/g, ' ').matchAll(/(?:^|[\s'"`])plimsoll ((?:[a-z][a-z-]*|-[^\s]+)(?: [^\n]*)?$)/gm),
  ].map(([, rest = '']) =>
    rest
      .replaceAll(/'[^']*'|"[^"]*"/g, 'quoted')
      .split(/ (?:\||>|&&|#)|; | {3,}|[`)]/, 1)[0]!
      .trim()
      .split(/\s+/),
  );
}

const calls = snippets.flatMap(({ where, text }) => callsIn(text).map((words) => [where, words] as const));

describe('every call of the program in the documents', () => {
  test('is found', () => {
    expect(calls.length).toBeGreaterThan(60);
    expect(new Set(calls.map(([, [name]]) => name)).size).toBeGreaterThan(10);
  });

  test('names a command, and options that it has', async () => {
    const wrong: string[] = [];
    const known = new Map<string, Command>();
    for (const { name } of commands) known.set(name, await registered(name));
    for (const [where, words] of calls) {
      const [name = '', ...rest] = words;
      let command = known.get(name);
      for (const word of rest) {
        const sub: Command | undefined = command?.commands.find((each) => each.name() === word);
        if (sub === undefined) break;
        command = sub;
      }
      const unknown = rest
        .filter((word) => /^--?[a-z]/.test(word))
        .map((word) => word.replace(/[=,'"].*$/, ''))
        .filter(
          (word) =>
            word !== '--help' && command?.options.every(({ long, short }) => long !== word && short !== word) !== false,
        );
      if (command === undefined || unknown.length > 0)
        wrong.push(`${where}: plimsoll ${words.join(' ')}: ${unknown.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });
});
