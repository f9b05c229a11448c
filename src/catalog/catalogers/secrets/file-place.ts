/**
 * What a path says about what stands in a file. `own`: written for this image, as far as can be told. `package`: brought
 * by a package manager. `documentation` and `test`: shows credentials rather than has them.
 */
export type FilePlace = 'own' | 'package' | 'test' | 'documentation';

const documentation =
  /\/usr\/(?:local\/)?share\/(?:doc|man|info|help|gtk-doc|locale|i18n|vim|perl|nano|bash-completion|zsh|fish|metainfo|mime|icons|common-licenses)\/|\/(?:docs?|examples?|samples?|changelogs?)\/|\.(?:md|markdown|rst|adoc|asciidoc|pod|texi|html?|1|3|5|7|8|po|pot|map|snap)(?:\.gz)?$|\/(?:README|CHANGES|CHANGELOG|NEWS|HISTORY|COPYING|LICEN[CS]E|PKG-INFO|METADATA)[^/]{0,20}$|\.(?:example|sample|dist|template|tmpl)$/i;
const test =
  /\/(?:tests?|testing|testdata|test_data|__tests__|__mocks__|mocks?|specs?|fixtures?|benchmarks?|e2e)\/|[/._-](?:test|tests|spec)\.[a-z]{1,5}$|\/(?:test_|conftest)[^/]*\.py$|_test\.go$/i;
const packages =
  /\/(?:node_modules|site-packages|dist-packages|gems|vendor|bower_components|\.cargo\/registry|\.m2\/repository|\.npm\/_cacache|\.cache|pkg\/mod|rustlib|__pycache__)\/|^\/usr\/(?:lib|lib32|lib64|libexec|share|include|src|local\/go|local\/lib|local\/include)\/|\/lib\/(?:python3(?:\.\d+)?|ruby|perl5?)\/|^\/(?:lib|var\/lib\/dpkg|var\/lib\/apt|var\/cache|proc|sys)\/|^\/opt\/java\//;

/** Tells by the path alone. */
export function filePlace(path: string): FilePlace {
  if (documentation.test(path)) return 'documentation';
  if (test.test(path)) return 'test';
  return packages.test(path) ? 'package' : 'own';
}

const code =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|go|java|kt|kts|scala|groovy|rs|c|cc|cpp|cxx|h|hh|hpp|cs|fs|vb|swift|m|mm|php|pl|pm|lua|dart|ex|exs|erl|hs|ml|clj|r|jl|sol|vue|svelte|css|scss|less|sql|tcl|el|vim|awk)$/i;

/** Whether values in such a file stand in quotes, so that a bare word is code. */
export function isSourceCode(path: string): boolean {
  return code.test(path);
}
