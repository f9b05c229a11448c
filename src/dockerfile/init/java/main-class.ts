import { type Project, textOf } from '../project.ts';

/** Sources that may have a main method. */
export function isJavaSource(path: string): boolean {
  return /(?:^|\/)src\/main\/(?:java|kotlin)\/.*\.(?:java|kt)$/.test(path);
}

/** The class with a main method below a folder, where exactly one has one. */
export function mainClassOf(project: Project, folder: string): string | undefined {
  const found: string[] = [];
  for (const path of project.files) {
    if (!path.startsWith(folder) || !isJavaSource(path)) continue;
    const text = textOf(project, path);
    const isKotlin = path.endsWith('.kt');
    if (!(isKotlin ? /^fun main\(/m : /\bstatic\s{1,5}(?:final\s{1,5})?void\s{1,5}main\s{0,5}\(/).test(text)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:java|kt)$/, isKotlin ? 'Kt' : '');
    const inPackage = /^\s{0,10}package\s{1,5}([\w.]{1,200})/m.exec(text)?.[1];
    found.push(inPackage === undefined ? name : `${inPackage}.${name}`);
  }
  return found.length === 1 ? found[0] : undefined;
}
