import { tools } from './tools.table.ts';

type ToolCategory = NonNullable<ReturnType<typeof tools.get>>;

/** Architectures that begin the names of compilers: `x86_64-linux-gnu-gcc-12`. */
const machinePrefixes = ['x86_64-', 'aarch64-', 'arm-', 'i686-', 'riscv64-', 'powerpc64le-', 's390x-', 'armv7l-'];

/** What kind of tool a program's name says, with or without a machine before it and a version after it. */
export function toolOf(name: string): ToolCategory | undefined {
  const exact = tools.get(name);
  if (exact !== undefined) return exact;
  const last = name.charCodeAt(name.length - 1);
  const withoutVersion = last >= 48 && last <= 57 ? stripVersion(name) : name;
  const bare = stripMachine(withoutVersion);
  return bare === name ? undefined : tools.get(bare);
}

/** `gcc-12` → `gcc`, `pip3.11` → `pip`. */
function stripVersion(name: string): string {
  let end = name.length;
  while (end > 0) {
    const code = name.charCodeAt(end - 1);
    if (code !== 46 && (code < 48 || code > 57)) break;
    end--;
  }
  return end > 0 && name.charCodeAt(end - 1) === 45 ? name.slice(0, end - 1) : name.slice(0, end);
}

/** `x86_64-linux-gnu-gcc` → `gcc`. */
function stripMachine(name: string): string {
  if (!machinePrefixes.some((prefix) => name.startsWith(prefix))) return name;
  return name.slice(name.lastIndexOf('-') + 1);
}
