/** The SPDX ids (spdx.org/licenses) that packages commonly declare; others are passed on as names. */
export const commonLicenses: ReadonlySet<string> = new Set(
  (
    '0BSD AFL-2.1 AFL-3.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 APSL-2.0 Artistic-1.0 ' +
    'Artistic-1.0-Perl Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-4-Clause ' +
    'BSL-1.0 bzip2-1.0.6 CC0-1.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CDDL-1.0 CDDL-1.1 CPL-1.0 curl ECL-2.0 ' +
    'EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 FTL GFDL-1.2 GFDL-1.3 GFDL-1.2-or-later GFDL-1.3-or-later GPL-1.0 GPL-1.0-or-later ' +
    'GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only GPL-3.0-or-later HPND ICU IJG ISC JSON LGPL-2.0 ' +
    'LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later ' +
    'Libpng libtiff LPPL-1.3c MIT MIT-0 MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MS-RL NCSA OFL-1.1 OLDAP-2.8 OpenSSL OSL-3.0 ' +
    'PHP-3.01 PostgreSQL PSF-2.0 Python-2.0 Ruby Sleepycat TCL Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C ' +
    'WTFPL X11 Zlib ZPL-2.1'
  ).split(' '),
);

export const commonExceptions: ReadonlySet<string> = new Set(
  (
    'Autoconf-exception-2.0 Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0 GCC-exception-2.0 ' +
    'GCC-exception-3.1 LLVM-exception OpenJDK-assembly-exception-1.0 openvpn-openssl-exception'
  ).split(' '),
);
