import { expect, it } from 'vitest';
import { ecosystemOf } from './distributions.ts';

it('names the OSV ecosystem of a release, or none', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['debian', '12.11', 'Debian:12'],
    ['debian', '', undefined],
    ['ubuntu', '22.04', 'Ubuntu:22.04:LTS'],
    ['ubuntu', '23.10', 'Ubuntu:23.10'],
    ['ubuntu', '21.04', 'Ubuntu:21.04'],
    ['alpine', '3.19.1', 'Alpine:v3.19'],
    ['alpine', '3.23.0_alpha20250612', undefined],
    ['wolfi', '20230201', 'Wolfi'],
    ['chainguard', '20230214', 'Chainguard'],
    ['rocky', '9.4', 'Rocky Linux:9'],
    ['almalinux', '8.10', 'AlmaLinux:8'],
    ['rhel', '9.4', 'Red Hat:9'],
    ['sles', '15.5', 'SUSE:Linux Enterprise Server 15 SP5'],
    ['opensuse-leap', '15.6', 'openSUSE:Leap 15.6'],
    ['opensuse-tumbleweed', '20240101', 'openSUSE:Tumbleweed'],
    ['photon', '5.0', 'Photon OS:5.0'],
    ['mageia', '9', 'Mageia:9'],
    ['openEuler', '22.03 (LTS-SP3)', 'openEuler:22.03-LTS-SP3'],
    ['azurelinux', '3.0', 'Azure Linux:3'],
    ['mariner', '2.0', 'Azure Linux:2'],
    ['amzn', '2023', undefined],
    ['fedora', '40', undefined],
    ['ol', '9.4', undefined],
    ['__proto__', '1', undefined],
  ];
  expect(cases.map(([id, version]) => [id, version, ecosystemOf({ id, version })])).toEqual(cases);
});
