/**
 * The address of a git repository as a URL without name and password: `git@host:team/app.git` and paths become URLs too;
 * undefined for what is none. Text from a repository's settings.
 */
export function repositoryAddress(written: string): string | undefined {
  if (written.length === 0 || written.length > 4000 || /[\s\x00-\x1f\x7f]/.test(written)) return undefined;
  const text = written.replace(/^git\+/, '');
  if (text.startsWith('/')) return new URL(`file://${encodeURI(text)}`).href;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    url.password = '';
    // The name in ssh://git@host is part of the address; elsewhere it is a log-in.
    if (url.protocol !== 'ssh:') url.username = '';
    url.hash = '';
    url.search = '';
    return url.href;
  }
  const [, login, host, path] = /^(?:([\w.-]{1,100})@)?([A-Za-z0-9.-]{1,253}):(?!\/\/)(.{1,2000})$/.exec(text) ?? [];
  if (host === undefined || path === undefined) return undefined;
  const address = `ssh://${login === undefined ? '' : `${login}@`}${host}/${path.replace(/^\//, '')}`;
  return URL.canParse(address) ? new URL(address).href : undefined;
}
