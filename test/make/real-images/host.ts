import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is on the path, or in one of the folders that only root has there. */
export function hasProgram(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
}
