/**
 * The place of a file inside an image: absolute, `/`-separated, without `.`, `..`, doubled or trailing slashes.
 * Bytes that are not UTF-8 stand as lone surrogates U+DC80–U+DCFF (as Python's surrogateescape does), so no two
 * different names become the same path.
 */
export type ImagePath = string & { readonly imagePath: unique symbol };

/**
 * Normalises a name from an archive to a path inside the image. `..` never leads above the root, as for a process
 * that is chrooted there.
 */
export function imagePath(name: string): ImagePath {
  if (isPlain(name)) return (name.startsWith('/') ? name : `/${name}`) as ImagePath;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}` as ImagePath;
}

/** The directory that holds a path; the root's is the root. */
export function directoryOf(path: ImagePath): ImagePath {
  const slash = path.lastIndexOf('/');
  return (slash <= 0 ? '/' : path.slice(0, slash)) as ImagePath;
}

/** The last part of a path; empty for the root. */
export function baseNameOf(path: ImagePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether the path lies somewhere below the directory (not the directory itself). */
export function isBelow(path: ImagePath, directory: ImagePath): boolean {
  return directory === '/'
    ? path !== '/'
    : path.length > directory.length && path[directory.length] === '/' && path.startsWith(directory);
}

/** Most names in layers need no work: no empty, `.` or `..` part and no slash at the end. */
function isPlain(name: string): boolean {
  const length = name.length;
  if (length === 0) return false;
  let partStart = name.charCodeAt(0) === 47 ? 1 : 0;
  for (let i = partStart; i <= length; i++) {
    if (i < length && name.charCodeAt(i) !== 47) continue;
    const partLength = i - partStart;
    if (partLength === 0) return false;
    if (
      name.charCodeAt(partStart) === 46 &&
      (partLength === 1 || (partLength === 2 && name.charCodeAt(partStart + 1) === 46))
    )
      return false;
    partStart = i + 1;
  }
  return true;
}
