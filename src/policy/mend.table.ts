/** A package to mend; both texts are words that a shell takes as they are. */
export interface Upgrade {
  readonly name: string;
  readonly version: string;
  /** `name` and `version` joined by `@`, quoted as one. */
  readonly at: (separator: string) => string;
}

/** The command that brings a package to a version, by purl type. */
export const upgradeCommands: Readonly<Record<string, (upgrade: Upgrade) => string>> = {
  deb: ({ name }) => `apt-get update && apt-get install --only-upgrade ${name}`,
  apk: ({ name }) => `apk add --no-cache --upgrade ${name}`,
  rpm: ({ name }) => `dnf upgrade ${name}`,
  alpm: ({ name }) => `pacman -Syu ${name}`,
  npm: ({ at }) => `npm install ${at('@')}`,
  pypi: ({ at }) => `pip install ${at('==')}`,
  golang: ({ name, at }) => (name === 'stdlib' ? `rebuild with ${at(' ')} of Go or later` : `go get ${at('@v')}`),
  cargo: ({ name, version }) => `cargo update -p ${name} --precise ${version}`,
  gem: ({ name, version }) => `bundle update --conservative ${name}, or gem install ${name} -v ${version}`,
  maven: ({ name, version }) => `set ${name} to ${version} in pom.xml (dependencyManagement) or build.gradle`,
  nuget: ({ name, version }) => `dotnet add package ${name} --version ${version}`,
  composer: ({ at }) => `composer require ${at(':')}`,
  hex: ({ name }) => `mix deps.update ${name}`,
  pub: ({ at }) => `dart pub add ${at(':')}`,
  swift: ({ name }) => `swift package update ${name}`,
  conan: ({ at }) => `conan install --requires ${at('/')}`,
  conda: ({ at }) => `conda install ${at('=')}`,
};
