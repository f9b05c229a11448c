import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../../test/make/fuzz.ts';
import { CodedError } from '../../../model/index.ts';
import { listAt, objectAt, readJson, textAt } from './json.ts';
import { readToml } from './toml.ts';
import { elementAt, elementsNamed, readXml } from './xml.ts';

const pom = `<?xml version="1.0"?>
<!DOCTYPE project [<!ENTITY evil SYSTEM "file:///etc/passwd">]>
<!-- <artifactId>not-me</artifactId> -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <artifactId>ledger</artifactId>
  <properties><java.version>21</java.version><empty/></properties>
  <build><plugins><plugin a="x > y" b='2'><artifactId>p&amp;q &evil;</artifactId></plugin></plugins></build>
  <note><![CDATA[<b>&amp;]]></note>
</project>`;

describe('XML', () => {
  test('elements, attributes and text are read; comments and entities of a document type are not', () => {
    const root = readXml(pom, 'pom.xml');
    expect(elementAt(root, 'artifactId')?.text).toBe('ledger');
    expect(elementAt(root, 'properties', 'java.version')?.text).toBe('21');
    expect(elementAt(root, 'properties', 'empty')?.children).toEqual([]);
    const [plugin] = elementsNamed(root, 'plugin');
    expect({ ...plugin?.attributes }).toEqual({ a: 'x > y', b: '2' });
    expect(elementAt(plugin, 'artifactId')?.text).toBe('p&q &evil;');
    expect(elementAt(root, 'note')?.text).toBe('<b>&amp;');
  });

  test.each([
    ['<a><b></a>', 'an end tag has no start'],
    ['<a>', 'it ends early'],
    ['', 'it ends early'],
    ['<a', 'a tag does not end'],
    ['</a>', 'an end tag has no start'],
    ['<a>'.repeat(200), 'it is nested deeper than 100'],
    [`<a>${'<b/>'.repeat(60_000)}</a>`, 'it has more than 50000 elements'],
  ])('%.20s is refused: %s', (text, why) => {
    expect(() => readXml(text, 'pom.xml')).toThrow(`pom.xml is not XML that can be read: ${why}`);
  });
});

test('TOML is read, and refused in a line', () => {
  const value = readToml('[project]\nname = "x"\ndependencies = ["a", "b"]\n', 'pyproject.toml');
  expect(textAt(value, 'project', 'name')).toBe('x');
  expect(listAt(value, 'project', 'dependencies')).toEqual(['a', 'b']);
  expect(objectAt(value, 'none')).toEqual({});
  expect(() => readToml('[x\n', 'pyproject.toml')).toThrow(/^pyproject\.toml is not TOML: [^\n]+$/);
});

test('JSON must hold an object', () => {
  expect(textAt(readJson('{"a":{"b":"c"}}', 'package.json'), 'a', 'b')).toBe('c');
  expect(textAt(readJson('{"a":1}', 'package.json'), 'toString')).toBeUndefined();
  expect(() => readJson('[]', 'package.json')).toThrow('package.json holds no object');
  expect(() => readJson('{', 'package.json')).toThrow('package.json is not JSON');
});

test.each([
  ['XML', readXml, pom],
  ['TOML', readToml, '[a]\nb = ["c", {d = 1}]\n[[e]]\nf = """x"""\n'],
  ['JSON', readJson, '{"a":[1,{"b":"c"}]}'],
] as const)('%s that is cut or changed anywhere is read or refused', (_, read, text) => {
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.string({ unit: 'binary', maxLength: 8 }),
      (at, length, put) => {
        try {
          read(text.slice(0, at) + put + text.slice(at + length), 'file');
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      },
    ),
    fuzz(500),
  );
});
