/**
 * Where the records and weights of a plan lie when nobody names a folder: those of the course in
 * its data folder, those of a variant (a plan with changed settings) outside the tracked files.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { coursePath } from '../core/coursepath';
import { checkPlan } from './checks';
import type { Plan } from './experiment';

/** The folder of the records and weights of all variants, in the installation of the course. */
const VARIANTS = ['build', 'variants'] as const;

/**
 * The data folder of a plan: `data` for an experiment as the course has it, `build/variants` for
 * one with changed settings. The records of a variant that already lie in `data` stay there, and
 * its jobs go on there.
 *
 * @throws CourseError when it is no plan, or the library is used without the course around it
 */
export function dataFolderOf(plan: Plan): string {
  checkPlan(plan);
  const data = coursePath('data');
  const isChanged = Object.keys(plan.set).length > 0;
  return isChanged && !existsSync(join(data, 'results', plan.folder))
    ? coursePath(...VARIANTS)
    : data;
}
