import { managerOf, sourceOf } from './reader.ts';

/** `go install path@version`, `go get` and `go run` (go.dev/ref/mod#go-install); paths without a dot are the standard library's. */
export const go = managerOf({
  name: 'go',
  programs: ['go'],
  ecosystem: 'golang',
  options: {
    oneDash: true,
    long: ['ldflags', 'gcflags', 'asmflags', 'tags', 'o', 'mod', 'modfile', 'p', 'overlay', 'C'],
  },
  actions: { install: 'install', get: 'install', run: 'install', clean: 'clean-cache' },
  request(text) {
    const source = sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    const at = text.indexOf('@');
    const name = at < 0 ? text : text.slice(0, at);
    if (!name.split('/', 1)[0]!.includes('.')) return undefined;
    return { name, version: at < 0 ? undefined : text.slice(at + 1), source };
  },
});
