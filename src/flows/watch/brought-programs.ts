import { posix } from 'node:path';
import type { ImageRecord } from '../../model/index.ts';
import { isPlaceTrouble, isUnreadable, recordOfContainer, type Store } from '../../server-store/index.ts';
import { wholeRecord } from '../rejudge/index.ts';

/** Whether the image of a container brought what a command starts. */
export type Brought = 'yes' | 'no' | 'cannot tell';

/** By the places where an image has executables of that file name, links to them among them. */
interface Programs {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly searched: readonly string[];
  readonly workingDirectory: string;
  /** Something could not be read: what is not there may be there. */
  readonly hasGaps: boolean;
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const mostImages = 64;
const kept = new WeakMap<Store, Map<string, Promise<Programs>>>();

/**
 * Whether the program with which a command begins is one that the container's image brought: anything else that runs there is no part
 * of the application as its image declares it. `no` only where the image has no executable of that file name at all.
 */
export async function broughtByImage(
  store: Store,
  container: { readonly host: string; readonly id: string },
  command: string,
): Promise<Brought> {
  const [program = ''] = command.split(' ', 1);
  if (program === '') return 'cannot tell';
  const record = await recordOfContainer(store, container);
  if (record === undefined) return 'cannot tell';
  try {
    return isAmong(await programsOf(store, record), program);
  } catch (error) {
    if (isUnreadable(error) || isPlaceTrouble(error)) return 'cannot tell';
    throw error;
  }
}

function isAmong({ byName, searched, workingDirectory, hasGaps }: Programs, program: string): Brought {
  const places = byName.get(posix.basename(program));
  if (places === undefined) return hasGaps ? 'cannot tell' : 'no';
  const asked = program.includes('/')
    ? [posix.resolve(workingDirectory, program)]
    : searched.map((folder) => posix.join(folder, program));
  // Most distributions link /bin to /usr/bin. Where other directories are links, a record does not say.
  const found = asked.some((path) => places.includes(path) || places.includes(`/usr${path}`));
  return found ? 'yes' : 'cannot tell';
}

function programsOf(store: Store, record: { readonly image: string; readonly body: string }): Promise<Programs> {
  const known = kept.get(store) ?? new Map<string, Promise<Programs>>();
  kept.set(store, known);
  const earlier = known.get(record.body);
  if (earlier !== undefined) return earlier;
  if (known.size >= mostImages) known.delete(known.keys().next().value!);
  const programs = wholeRecord(store, record).then(programsIn);
  known.set(record.body, programs);
  // What could not be read now may be there later.
  programs.catch(() => known.delete(record.body));
  return programs;
}

function programsIn({ executables, image, problems }: ImageRecord): Programs {
  const byName = new Map<string, string[]>();
  const add = (path: string): void => {
    const name = posix.basename(path);
    const places = byName.get(name);
    if (places === undefined) byName.set(name, [path]);
    else places.push(path);
  };
  for (const { place, links } of executables) {
    if (place.path !== undefined && place.deletedIn === undefined) add(place.path);
    for (const link of links) add(link);
  }
  const { env = [], workingDir = '/' } = image.configuration ?? {};
  const path = env.find((each) => each.startsWith('PATH='))?.slice(5) ?? usualPath;
  return {
    byName,
    searched: path.split(':').filter((folder) => folder.startsWith('/')),
    workingDirectory: workingDir,
    hasGaps: problems.some(({ hides }) => hides === 'all' || hides === 'executables'),
  };
}
