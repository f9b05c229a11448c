import { expect, test } from 'vitest';
import { chooseKind } from './choose-kind.ts';
import type { Project } from './project.ts';

function projectOf(files: Readonly<Record<string, string>>): Project {
  return { name: 'harbour', files: Object.keys(files).sort(), texts: new Map(Object.entries(files)) };
}

test.each<readonly [Readonly<Record<string, string>>, string]>([
  [{ 'package.json': '{"scripts":{"start":"node x.js"}}' }, 'node'],
  [
    {
      'package.json': '{"devDependencies":{"vite":"6"},"scripts":{"build":"vite build","start":"vite"}}',
      'index.html': '',
    },
    'static',
  ],
  // A server that bundles its pages.
  [
    {
      'package.json':
        '{"dependencies":{"express":"5"},"devDependencies":{"vite":"6"},"scripts":{"build":"vite build","start":"node s.js"}}',
    },
    'node',
  ],
  // Tools for the pages of something else.
  [{ 'package.json': '{"devDependencies":{"tailwindcss":"4"}}', Gemfile: "gem 'rails'" }, 'ruby'],
  [{ 'package.json': '{"devDependencies":{"prettier":"3"}}', 'go.mod': 'module x' }, 'go'],
  // A Makefile for chores, a pyproject.toml for a tool.
  [{ Makefile: 'test:\n', 'go.mod': 'module x' }, 'go'],
  [{ Makefile: 'all: x\n', 'x.c': '' }, 'make'],
  [{ 'pyproject.toml': '[tool.ruff]\n', 'Cargo.toml': '[package]\nname="x"' }, 'rust'],
  [{ 'index.html': '', Makefile: '' }, 'static'],
  [{ 'requirements.txt': '', 'templates/index.html': '' }, 'python'],
  [{ 'composer.json': '{}', 'index.html': '' }, 'php'],
])('%o is %s', (files, expected) => {
  expect(chooseKind(projectOf(files)).name).toBe(expected);
});

test('two kinds with signs as strong are for the user to choose from', () => {
  const project = projectOf({ 'pom.xml': '<project/>', 'go.mod': 'module x' });
  expect(() => chooseKind(project)).toThrow('harbour may be maven (pom.xml) or go (go.mod)');
  expect(chooseKind(project, 'go').name).toBe('go');
});

test('nothing, an unknown kind, and a kind that the project is not are refused', () => {
  expect(() => chooseKind(projectOf({ 'README.md': '' }))).toThrow('harbour holds nothing that tells what it is');
  expect(() => chooseKind(projectOf({}), 'cobol')).toThrow('there is no kind of project "cobol"');
  expect(() => chooseKind(projectOf({ 'go.mod': '' }), 'rust')).toThrow('harbour has no file that a rust project has');
});
