import type { ImagePath } from './image-path.ts';

/**
 * What catalogers find in files, before layers are laid over one another: facts without layer, owner or id, which
 * assembly adds. Each kind of item has a type here; all are plain JSON.
 */
export type Item =
  | PackageItem
  | OwnershipItem
  | OperatingSystemItem
  | ExecutableItem
  | AccountItem
  | ShadowItem
  | CertificateItem
  | PrivateKeyItem
  | SecretItem
  | ExposureItem
  | BloatItem;

/** A software package: installed by a package manager, named by a lock file, or embedded in a binary or archive. */
export interface PackageItem {
  readonly kind: 'package';
  /** The full name as the ecosystem's advisories write it: `openssl`, `@babel/core`, `org.apache:commons-text`, `golang.org/x/net`. */
  readonly name: string;
  /** The full version as the package manager writes it, epoch and release included. Empty where it is not known. */
  readonly version: string;
  readonly path: ImagePath;
  /** Where inside an archive at `path` it lies (`BOOT-INF/lib/x.jar`, parts joined by `!/`), when nested. */
  readonly innerPath?: string;
  readonly arch?: string;
  /** The source or origin package that distributions' advisories speak of; absent where it is the package itself. */
  readonly source?: { readonly name: string; readonly version: string };
  /** Licence expressions or names as declared. */
  readonly licenses?: readonly string[];
  readonly evidence: 'installed' | 'lockfile' | 'embedded';
  /** Only needed for development or tests, says its lock file. */
  readonly dev?: boolean;
  /** Which of the cataloger's `packages` facts apply; absent for the first. */
  readonly facts?: string;
  /** Vendor or distribution tag of the package, for rpm: `Red Hat, Inc.`. */
  readonly vendor?: string;
  /** RPM module label, `name:stream`. */
  readonly modularity?: string;
  readonly size?: number;
  /** What it needs to be installed, by its database: each entry one of several (`debconf|debconf-2.0`), without versions. */
  readonly depends?: readonly string[];
  /** Other names under which it answers others' needs: `so:libssl.so.3`, `awk`. */
  readonly provides?: readonly string[];
  /** Its distribution counts on it without naming it. */
  readonly essential?: boolean;
}

/** Files that an operating system's package brought and in which language packages may be recorded a second time. */
export interface OwnershipItem {
  readonly kind: 'ownership';
  readonly path: ImagePath;
  /** Name of the owning package. */
  readonly package: string;
  /** Only paths of interest: see `isOwnershipOfInterest`. */
  readonly owned: readonly ImagePath[];
}

/** The operating system as /etc/os-release (or a distribution's own release file) names it. */
export interface OperatingSystemItem {
  readonly kind: 'operating-system';
  readonly path: ImagePath;
  /** os-release ID: `debian`, `alpine`, `rhel`, … lower case. */
  readonly id: string;
  readonly idLike?: readonly string[];
  /** VERSION_ID, or the more exact one of a release file (`12.11` from /etc/debian_version). */
  readonly version: string;
  readonly codename?: string;
  readonly prettyName?: string;
  /** Day on which the vendor's regular (and, where free, long-term) security support ends, `YYYY-MM-DD`, if known. */
  readonly supportEnd?: string;
}

/** A regular file that can run: any with an execute bit, any ELF object, any script with `#!`. */
export interface ExecutableItem {
  readonly kind: 'executable';
  readonly path: ImagePath;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: `0o4755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly format: 'elf' | 'script' | 'pe' | 'mach-o' | 'wasm' | 'other';
  /** ELF PT_INTERP, or the interpreter after `#!` (with its argument, as the kernel would pass it). */
  readonly interpreter?: string;
  readonly interpreterArgument?: string;
  /** File capabilities in text, `cap_net_raw=ep`. */
  readonly capabilities?: string;
  readonly elf?: ElfFacts;
}

/** What an ELF header and its dynamic section say. */
export interface ElfFacts {
  /** `x86-64`, `aarch64`, … or `machine-<number>`. */
  readonly machine: string;
  readonly type: 'executable' | 'shared' | 'relocatable' | 'core' | 'other';
  /** No interpreter and no needed libraries. */
  readonly static: boolean;
  readonly needed: readonly string[];
  readonly soname?: string;
  readonly pie: boolean;
  readonly relro: 'full' | 'partial' | 'none';
  /** Stack not executable (PT_GNU_STACK without X). */
  readonly nx: boolean;
  /** `__stack_chk_fail` is referred to; undefined where symbols can't tell. */
  readonly stackCanary?: boolean;
  /** `*_chk` functions are referred to. */
  readonly fortify?: boolean;
  readonly runpath?: string;
  readonly buildId?: string;
  readonly language?: 'go' | 'rust';
}

/** A line of /etc/passwd. */
export interface AccountItem {
  readonly kind: 'account';
  readonly path: ImagePath;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** The second field of passwd: `shadowed` for `x`. A hash is never kept. */
  readonly password: PasswordState;
}

export type PasswordState = 'empty' | 'locked' | 'set' | 'shadowed';

/** A line of /etc/shadow. */
export interface ShadowItem {
  readonly kind: 'shadow';
  readonly path: ImagePath;
  readonly name: string;
  readonly password: Exclude<PasswordState, 'shadowed'>;
  /** `md5`, `sha512`, `yescrypt`, … from the hash's prefix. */
  readonly hashAlgorithm?: string;
}

/** An X.509 certificate in a file. */
export interface CertificateItem {
  readonly kind: 'certificate';
  readonly path: ImagePath;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly fingerprintSha256: string;
  readonly keyType: string;
  readonly keyBits?: number;
  readonly signatureAlgorithm?: string;
  readonly isCa: boolean;
  readonly selfSigned: boolean;
  /** Part of a system trust store (a distribution's CA bundle), where old and odd ones are no fault of the image. */
  readonly inTrustStore: boolean;
  /** What is weak in it regardless of the day: `rsa-1024`, `sha1-signature`, `test-ca`, … */
  readonly weaknesses: readonly string[];
}

/** A private key lying in a file. The key itself is never kept. */
export interface PrivateKeyItem {
  readonly kind: 'private-key';
  readonly path: ImagePath;
  readonly format: 'openssh' | 'pkcs1' | 'pkcs8' | 'sec1' | 'dsa' | 'pgp' | 'putty' | 'pkcs12' | 'other';
  /** Protected by a passphrase; undefined where the format does not show it. */
  readonly encrypted?: boolean;
  readonly line: number;
  readonly fingerprintSha256?: string;
}

/** A credential in a file, a variable, a build argument, the history or a label. */
export interface SecretItem {
  readonly kind: 'secret';
  readonly path?: ImagePath;
  /** Set where it is not in a file: `env:NAME`, `label:NAME`, `history:INDEX`. */
  readonly configuration?: string;
  /** Id of the rule that knows it: `aws-access-key-id`. */
  readonly rule: string;
  readonly title: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** First and last characters at most, never enough to use: `AKIA…3F7Q`. */
  readonly redacted: string;
  /** SHA-256 of the secret, first 12 hex digits: tells two apart without telling either. */
  readonly fingerprint: string;
  readonly line?: number;
}

/** Something about a file's metadata that opens a door: world-writable, setuid, device node, … */
export interface ExposureItem {
  readonly kind: 'exposure';
  readonly path: ImagePath;
  readonly exposure:
    'world-writable-file' | 'world-writable-directory' | 'setuid' | 'setgid' | 'device' | 'ssh-authorized-keys';
  readonly mode: number;
  readonly detail?: string;
}

/** Something that the application does not need. */
export interface BloatItem {
  readonly kind: 'bloat';
  readonly path: ImagePath;
  readonly category:
    | 'package-cache'
    | 'package-index'
    | 'docs'
    | 'locale'
    | 'tests'
    | 'vcs'
    | 'shell'
    | 'compiler'
    | 'package-manager'
    | 'network-tool'
    | 'debug-symbols'
    | 'temporary';
  readonly sizeBytes: number;
  readonly files: number;
}

const ownershipOfInterest =
  /(?:\.so(?:\.[\d.]{1,40})?|\.dist-info\/METADATA|\.egg-info|(?:\.egg-info|EGG-INFO)\/PKG-INFO|\.egg|\/package\.json|\.gemspec|\.[jwe]ar|^(?:\/usr)?\/s?bin\/[^/]+)$/;

/**
 * Whether an operating system package's file may record or hold language packages, or is a program or library, so that
 * its ownership matters.
 */
export function isOwnershipOfInterest(path: string): boolean {
  return ownershipOfInterest.test(path);
}
