import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dockerEngine, noEngineReason } from '../docker-engine.ts';
import { runCommand } from '../run-command.ts';
import { testCache, withLock } from '../test-cache.ts';
import { hasProgram } from './host.ts';
import { recipes } from './list.ts';
import type { Build, Recipe } from './recipe.ts';

export type RealImageName = (typeof recipes)[number]['name'];

export interface RealImage {
  /** The image as `docker save` writes it; stays in the cache. */
  readonly archive: string;
  /** The name that the engine knows it by. */
  readonly reference: string;
}

/** Names of all real images. */
export const realImageNames: readonly string[] = recipes.map((recipe) => recipe.name);

/** Why an image cannot be had here, for `describe.skipIf`; undefined where it is cached or can be made. */
export function noRealImageReason(name: string): string | undefined {
  const recipe = recipeOf(name);
  if (existsSync(archiveOf(recipe))) return undefined;
  const missing = [recipe, ...allBases(recipe)].flatMap((each) => each.needs).find((program) => !hasProgram(program));
  return missing === undefined ? noEngineReason() : `${missing} is not installed`;
}

/** A real image, made when it is not in the cache: seconds to minutes the first time. */
export async function realImage(name: string): Promise<RealImage> {
  const recipe = recipeOf(name);
  const image = { archive: archiveOf(recipe), reference: referenceOf(recipe) };
  if (existsSync(image.archive)) return image;
  return withLock(`image-${recipe.name}`, async () => {
    if (!existsSync(image.archive)) await make(recipe, image);
    return image;
  });
}

/** A real image that the shared engine has, too. */
export async function realImageInEngine(name: string): Promise<RealImage> {
  const image = await realImage(name);
  const engine = await dockerEngine();
  const isThere = await engine.docker(['image', 'inspect', image.reference]).then(
    () => true,
    () => false,
  );
  if (!isThere) await engine.docker(['load', '-i', image.archive]);
  return image;
}

async function make(recipe: Recipe, image: RealImage): Promise<void> {
  for (const base of recipe.bases ?? []) await realImageInEngine(base);
  const engine = await dockerEngine();
  const folder = testCache('contexts', recipe.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await recipe.context(buildIn(folder));
  if (recipe.dockerfile === undefined) {
    await engine.docker([
      'import',
      '--change',
      'CMD ["bash"]',
      '--message',
      `imported ${recipe.name}`,
      join(folder, 'rootfs.tar'),
      image.reference,
    ]);
  } else {
    const dockerfile = recipe.dockerfile.replace(/\{\{([\w-]+)\}\}/g, (_, base: string) => referenceOf(recipeOf(base)));
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    await engine.docker(['build', '--network=host', '--force-rm', '-t', image.reference, folder]);
  }
  const draft = `${image.archive}.${process.pid}`;
  await engine.docker(['save', '-o', draft, image.reference]);
  for (const file of readdirSync(testCache('images')))
    if (isOlder(file, recipe, image)) rmSync(join(testCache('images'), file));
  renameSync(draft, image.archive);
  rmSync(folder, { recursive: true, force: true });
}

/** An archive of the same recipe as it was before. */
function isOlder(file: string, recipe: Recipe, image: RealImage): boolean {
  const isSame = file.startsWith(`${recipe.name}-`) && file.length === basename(image.archive).length;
  return isSame && file !== basename(image.archive);
}

function buildIn(folder: string): Build {
  return {
    folder,
    write(name, text, mode) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (mode !== undefined) chmodSync(path, mode);
    },
    run: (program, args, options) => runCommand(program, args, { cwd: folder, ...options }),
  };
}

function recipeOf(name: string): Recipe {
  const recipe = recipes.find((each) => each.name === name);
  if (recipe === undefined) throw new Error(`there is no real image "${name}"; there are ${realImageNames.join(', ')}`);
  return recipe;
}

function allBases(recipe: Recipe): readonly Recipe[] {
  return (recipe.bases ?? []).map(recipeOf).flatMap((base) => [base, ...allBases(base)]);
}

/** Changes with the recipe and its bases, so that the cache never holds another recipe's image. */
function keyOf(recipe: Recipe): string {
  const bases = (recipe.bases ?? []).map((base) => keyOf(recipeOf(base)));
  const parts = [recipe.name, String(recipe.revision), recipe.dockerfile ?? '', ...bases];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}

function archiveOf(recipe: Recipe): string {
  return join(testCache('images'), `${recipe.name}-${keyOf(recipe)}.tar`);
}

function referenceOf(recipe: Recipe): string {
  return `plimsoll-test/${recipe.name}:${keyOf(recipe)}`;
}
