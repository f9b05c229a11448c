/** What is known of a project: the names of its files, and the texts of those that a kind of project asks for. */
export interface Project {
  /** Of the directory. */
  readonly name: string;
  /** Paths of files from the project's root, with `/`, sorted. */
  readonly files: readonly string[];
  /** By path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Whether the project has the file. */
export function has(project: Project, path: string): boolean {
  return project.files.includes(path);
}

/** Whether any file lies below the folder. */
export function hasFolder(project: Project, folder: string): boolean {
  return project.files.some((path) => path.startsWith(`${folder}/`));
}

/** The first of the paths that the project has. */
export function firstOf(project: Project, paths: readonly string[]): string | undefined {
  return paths.find((path) => has(project, path));
}

/** Text of a file; empty where there is none. */
export function textOf(project: Project, path: string): string {
  return project.texts.get(path) ?? '';
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path without its last part; empty for what lies in the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** How many folders a path goes down. */
export function depthOf(path: string): number {
  return path.split('/').length - 1;
}
