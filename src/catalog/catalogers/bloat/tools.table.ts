import type { BloatItem } from '../../../model/index.ts';

type ToolCategory = Extract<BloatItem['category'], 'shell' | 'compiler' | 'package-manager' | 'network-tool'>;

const byCategory: Readonly<Record<ToolCategory, string>> = {
  shell:
    'sh bash rbash dash ash zsh ksh ksh93 mksh lksh pdksh posh yash tcsh csh fish fizsh xonsh elvish nu pwsh rc es busybox toybox sash bsh hush static-sh',
  compiler:
    'gcc g++ cc c++ c89 c99 cpp clang clang++ clang-cpp tcc icc icx ifort gfortran f77 f95 flang gdc ldc2 dmd gnat ' +
    'as ld ld.bfd ld.gold ld.lld ld.mold lld mold gold go gofmt rustc cargo rustup javac jshell kotlinc scalac groovyc ghc ' +
    'ocamlc ocamlopt fpc swiftc zig nim crystal dotnet csc mcs tsc nasm yasm make gmake cmake ninja meson bazel gdb lldb strace ltrace gdbserver',
  'package-manager':
    'apt apt-get apt-cache aptitude dpkg dselect synaptic apk rpm rpm2cpio yum dnf dnf5 dnf-3 microdnf tdnf zypper pacman emerge xbps-install opkg ' +
    'snap flatpak nix nix-env guix brew pip pip3 pipx pipenv poetry uv uvx conda mamba micromamba easy_install npm npx yarn yarnpkg pnpm pnpx ' +
    'corepack bun bower gem bundle bundler composer cpan cpanm luarocks mvn gradle sbt nuget stack cabal opam mix hex rebar3',
  'network-tool':
    'curl wget wget2 aria2c axel fetch nc ncat netcat nc.traditional nc.openbsd socat telnet ftp tftp lftp sftp scp ssh sshd dropbear dbclient rsync ' +
    'nmap masscan tcpdump tshark wireshark dig nslookup host traceroute mtr arping hping3 iperf iperf3 ip ss netstat ifconfig iptables nft rsh rlogin ' +
    'rexec ssh-keygen ssh-agent ssh-add ssh-keyscan proxychains proxychains4 chisel ngrok',
};

/** What a name in a directory of programs stands for. */
export const tools: ReadonlyMap<string, ToolCategory> = new Map(
  Object.entries(byCategory).flatMap(([category, names]) =>
    names.split(' ').map((name) => [name, category as ToolCategory] as const),
  ),
);
