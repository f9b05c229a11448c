import { bases } from './bases.ts';
import { applications } from './applications.ts';
import { oddities } from './oddities.ts';
import type { Recipe } from './recipe.ts';

/** Every real image, bases first. */
export const recipes: readonly Recipe[] = [...bases, ...applications, ...oddities];
