#!/bin/sh
# Makes rpm databases of every kind that the reader knows, as Debian's rpm and Berkeley DB tools write them.
# Needs: rpm (rpmbuild), db5.3-util, sqlite3, Python 3. Usage: make.sh OUT
set -eu
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/rpms"
build() { rpmbuild --quiet --define "_topdir $work/top" --define "_rpmdir $work/rpms" \
  --define '_build_id_links none' --define 'source_date_epoch_from_changelog 0' --target "$2" -bb "$1"; }

cat > "$work/plain.spec" <<'S'
Name: plimsoll-plain
Version: 1.2.3
AutoReqProv: no
Release: 4.el9
Summary: A package without files of interest
License: MIT
Vendor: Plimsoll Test Works
%description
x
%files
S
cat > "$work/python3-thing.spec" <<'S'
Name: thing
Epoch: 2
Version: 0.9~rc1
AutoReqProv: no
Release: 1.fc40
Summary: Library files that language packages are recorded in
License: Apache-2.0 AND BSD-3-Clause
%description
x
%package -n python3-thing
Summary: x
Version: 3.0
AutoReqProv: no
%description -n python3-thing
x
%install
d=%{buildroot}/usr/lib/python3.12/site-packages
mkdir -p $d/thing-3.0.dist-info $d/thing %{buildroot}/usr/share/java %{buildroot}/usr/lib/node_modules/thing
echo x > $d/thing-3.0.dist-info/METADATA
echo x > $d/thing/METADATA
for i in $(seq 1 150); do : > $d/thing/module_number_$i.py; done
: > %{buildroot}/usr/share/java/thing.jar
: > %{buildroot}/usr/lib/node_modules/thing/package.json
%files -n python3-thing
/usr
%files
S
cat > "$work/modular.spec" <<'S'
Name: modular
Version: 20.1.0
AutoReqProv: no
Release: 1.module+el9
Summary: A package of a module
License: GPLv2+
ModularityLabel: nodejs:20:9020020240101:rhel9:x86_64
%description
x
%files
S
build "$work/plain.spec" x86_64
build "$work/python3-thing.spec" noarch
build "$work/modular.spec" aarch64
rpm --dbpath "$work/db" --define '_db_backend sqlite' --initdb
rpm --dbpath "$work/db" --ignorearch --justdb --nodeps -i "$work"/rpms/*/*.rpm
rpm --dbpath "$work/db" -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH} %{SOURCERPM}\n' | LC_ALL=C sort > "$out/rpm-qa.txt"
cp "$work/db/rpmdb.sqlite" "$out/rpmdb.sqlite"
# ndb from the same header blobs, by rpm's own lib/backend/ndb/rpmpkg.c (Debian's rpm is built without it) behind a small
# main(): standard input is a series of index, length (both 32-bit little-endian) and blob; length 0 deletes.
if [ -n "${NDB_PUT:-}" ]; then
  python3 - "$out/rpmdb.sqlite" > "$work/blobs" <<'P'
import sqlite3, struct, sys
rows = sqlite3.connect(sys.argv[1]).execute('select hnum, blob from Packages').fetchall()
put = lambda n, blob: sys.stdout.buffer.write(struct.pack('<II', n, len(blob)) + blob)
put(99, rows[0][1].replace(b'1.2.3', b'0.0.1'))
for n, blob in rows: put(n, blob)
put(99, b'')
P
  rm -f "$out/Packages.db"
  "$NDB_PUT" "$out/Packages.db" < "$work/blobs"
fi
# Berkeley DB from the same header blobs, in both byte orders: rpm's own writer is gone.
python3 - "$out/rpmdb.sqlite" > "$work/dump" <<'P'
import sqlite3, struct, sys
rows = sqlite3.connect(sys.argv[1]).execute('select hnum, blob from Packages').fetchall()
print('VERSION=3\nformat=bytevalue\ntype=hash\nh_nelem=%d\nHEADER=END' % (len(rows) + 1))
print(' ' + struct.pack('<I', 0).hex()); print(' ' + struct.pack('<I', len(rows)).hex())
for n, blob in rows: print(' ' + struct.pack('<I', n).hex()); print(' ' + blob.hex())
print('DATA=END')
P
rm -f "$out/Packages" "$out/Packages.big-endian"
db5.3_load -f "$work/dump" "$out/Packages"
db5.3_load -c db_lorder=4321 -f "$work/dump" "$out/Packages.big-endian"
