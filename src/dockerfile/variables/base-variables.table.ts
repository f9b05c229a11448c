/**
 * The variables, beside PATH, that official images set, so that a mistyped name can be told from an inherited one without
 * fetching the image. An image that is not here may set anything.
 */
const variables: Readonly<Record<string, readonly string[]>> = {
  alpine: [],
  almalinux: [],
  amazonlinux: [],
  archlinux: ['LANG'],
  busybox: [],
  centos: [],
  debian: [],
  fedora: ['DISTTAG', 'FGC', 'FBR', 'container'],
  golang: ['GOLANG_VERSION', 'GOTOOLCHAIN', 'GOPATH', 'GOEXPERIMENT', 'GOARCH', 'GOOS', 'GO386'],
  node: ['NODE_VERSION', 'YARN_VERSION'],
  nginx: ['NGINX_VERSION', 'NJS_VERSION', 'NJS_RELEASE', 'PKG_RELEASE', 'DYNPKG_RELEASE', 'ACME_VERSION'],
  python: [
    'LANG',
    'GPG_KEY',
    'PYTHON_VERSION',
    'PYTHON_SHA256',
    'PYTHON_PIP_VERSION',
    'PYTHON_SETUPTOOLS_VERSION',
    'PYTHON_GET_PIP_URL',
    'PYTHON_GET_PIP_SHA256',
  ],
  rockylinux: [],
  ruby: [
    'LANG',
    'RUBY_VERSION',
    'RUBY_MAJOR',
    'RUBY_DOWNLOAD_URL',
    'RUBY_DOWNLOAD_SHA256',
    'GEM_HOME',
    'BUNDLE_SILENCE_ROOT_WARNING',
    'BUNDLE_APP_CONFIG',
    'BUNDLE_PATH',
    'BUNDLE_BIN',
  ],
  rust: ['RUSTUP_HOME', 'CARGO_HOME', 'RUST_VERSION'],
  ubuntu: [],
};

/** Undefined where the image is not one of these. */
export function knownVariables(reference: string): readonly string[] | undefined {
  const name = /^(?:docker\.io\/)?(?:library\/)?([a-z]+)(?:[:@]|$)/.exec(reference)?.[1];
  return name !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined;
}
