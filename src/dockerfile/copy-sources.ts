const archive =
  /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lz|lzma|lzo|z)|tgz|tbz2?|tb2|tz2|txz|tlz|tpz|tzst|taz|gz|bz2|xz|lz|lzma|lzo|z|zst)$/i;

/** Whether its name says that ADD would unpack it. */
export function isArchive(path: string): boolean {
  return archive.test(path.replace(/["']$/, ''));
}

/** An address that ADD fetches. */
export function isRemote(source: string): boolean {
  return /^["']?(?:https?|ftp|git|ssh):\/\/|^["']?git@/i.test(source);
}

/** A Git repository among addresses. */
export function isGit(source: string): boolean {
  return /^(?:git|ssh):\/\/|^git@|\.git(?:[#?]|$)/i.test(source);
}
