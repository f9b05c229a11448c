import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { zipArchive } from '../../../../test/make/zip-archive.ts';
import { python } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const site = '/usr/local/lib/python3.11/site-packages';

/** The head of Django 2.2's METADATA, as pip installed it. */
const django = `Metadata-Version: 2.1
Name: Django
Version: 2.2
Summary: A high-level Python Web framework that encourages rapid development and clean, pragmatic design.
Home-page: https://www.djangoproject.com/
License: BSD
Platform: UNKNOWN
Classifier: License :: OSI Approved :: BSD License
Requires-Dist: pytz

Name: not-this
Version: 9
`;

/** The head of zope.interface 8.7's METADATA. */
const zope = `Metadata-Version: 2.4
Name: zope.interface
Version: 8.7
License-Expression: ZPL-2.1
License-File: LICENSE.txt
Classifier: Programming Language :: Python
`;

function found(path: string, content: Uint8Array | string) {
  const { items, problems } = python.catalog(catalogFile(path, content));
  return {
    packages: items.map((item) =>
      item.kind === 'package' ? [item.name, item.version, item.evidence, ...(item.licenses ?? [])] : [],
    ),
    problems: problems.map(({ code, hides }) => `${code} hides ${hides}`),
  };
}

describe('an installed project', () => {
  it('is named by its dist-info, up to the first empty line, under the name that PyPI normalises', () => {
    expect(found(`${site}/Django-2.2.dist-info/METADATA`, django)).toEqual({
      packages: [['django', '2.2', 'installed', 'BSD']],
      problems: [],
    });
    expect(found(`${site}/zope_interface-8.7.dist-info/METADATA`, zope.replaceAll('\n', '\r\n'))).toEqual({
      packages: [['zope-interface', '8.7', 'installed', 'ZPL-2.1']],
      problems: [],
    });
  });

  it('is named by its egg-info, a folder or a file, and by an unpacked egg', () => {
    const one = { packages: [['zope-interface', '8.7', 'installed', 'ZPL-2.1']], problems: [] };
    expect(found(`${site}/zope.interface-8.7-py3.11.egg-info/PKG-INFO`, zope)).toEqual(one);
    expect(found('/usr/lib/python3/dist-packages/zope.interface-8.7.egg-info', zope)).toEqual(one);
    expect(found(`${site}/zope.interface-8.7-py3.11.egg/EGG-INFO/PKG-INFO`, zope)).toEqual(one);
  });

  it('may be a zipped egg', () => {
    const egg = zipArchive([
      { name: 'zope/__init__.py', data: '' },
      { name: 'EGG-INFO/PKG-INFO', data: zope },
    ]);
    expect(python.catalog(catalogFile(`${site}/zope.interface-8.7-py3.11.egg`, egg))).toEqual({
      items: [
        {
          kind: 'package',
          name: 'zope-interface',
          version: '8.7',
          path: `${site}/zope.interface-8.7-py3.11.egg`,
          innerPath: 'EGG-INFO/PKG-INFO',
          evidence: 'installed',
          licenses: ['ZPL-2.1'],
        },
      ],
      problems: [],
    });
    expect(found(`${site}/a.egg`, egg.subarray(0, 80)).problems).toEqual(['unreadable-archive hides packages']);
    expect(found(`${site}/a.egg`, 'a link for develop mode').problems).toEqual(['not-an-archive hides nothing']);
  });

  it('that another carries a copy of is embedded, and what the interpreter tests itself with is not there', () => {
    const vendored = found(`${site}/setuptools/_vendor/zope_interface-8.7.dist-info/METADATA`, zope);
    expect(vendored.packages).toEqual([['zope-interface', '8.7', 'embedded', 'ZPL-2.1']]);
    expect(
      found('/usr/lib/python3.13/test/test_importlib/metadata/data/example-21.12-py3.6.egg', 'x').problems,
    ).toEqual([]);
  });

  it('whose metadata is damaged is named by its folder, or else is a problem', () => {
    expect(found(`${site}/Foo_Bar-1.0.post1.dist-info/METADATA`, '\0\0\0').packages).toEqual([
      ['foo-bar', '1.0.post1', 'installed'],
    ]);
    expect(found(`${site}/foo.egg-info/PKG-INFO`, '')).toEqual({
      packages: [],
      problems: ['unreadable-package-metadata hides packages'],
    });
  });

  it('gives a licence text no room: classifiers speak then', () => {
    const text = `Name: a\nVersion: 1\nLicense: Copyright\n        All rights\nClassifier: License :: OSI Approved :: MIT License\n`;
    expect(found(`${site}/a-1.dist-info/METADATA`, text).packages).toEqual([['a', '1', 'installed', 'MIT License']]);
  });
});

it('cut at any byte or changed at random, nothing is thrown', () => {
  for (let length = 0; length < django.length; length++) found(`${site}/x.dist-info/METADATA`, django.slice(0, length));
  const egg = zipArchive([{ name: 'EGG-INFO/PKG-INFO', data: zope }]);
  const change = fc.tuple(fc.nat(egg.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
      const bytes = Buffer.from(egg);
      for (const [at, value] of changes) bytes[at] = value;
      found(`${site}/x.egg`, bytes);
      found(`${site}/x.dist-info/METADATA`, bytes);
    }),
    fuzz(1000),
  );
});
