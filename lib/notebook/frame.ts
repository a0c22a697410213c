/**
 * Records as data frames (danfo.js), for readers who want to slice results themselves.
 */
import { dirname } from 'node:path';

import { tf } from '../core/backend';
import { checkFields, checkList, checkTexts } from '../core/checks';
import { demand } from '../core/errors';
import { needPackages } from '../core/optional';
import { checkTable } from './arguments';
import { Display } from './display';
import { toHtml, toMarkdown, type Rows } from './table';

/* eslint-disable @typescript-eslint/ban-ts-comment -- types must stand without danfo.js */
/** A data frame of danfo.js; of type any where danfojs-node is not installed. */
export type DataFrame =
  /** @ts-ignore: an optional package */
  import('danfojs-node').DataFrame;
/* eslint-enable @typescript-eslint/ban-ts-comment */

type Danfo = typeof import('danfojs-node');

let loaded: Danfo | null = null;

/**
 * danfo.js asks for tfjs-node by name; where the native backend is missing, it gets the tfjs that
 * is there.
 */
function danfo(): Danfo {
  if (loaded) return loaded;
  needPackages('A data frame', 'danfojs-node');
  if (tf.getBackend() !== 'tensorflow') {
    const from = dirname(require.resolve('danfojs-node/package.json'));
    const file = require.resolve('@tensorflow/tfjs-node', { paths: [from] });
    require.cache[file] = {
      exports: tf,
      loaded: true,
      filename: file,
      id: file,
    } as unknown as NodeJS.Module;
  }
  loaded = require('danfojs-node') as Danfo;
  return loaded;
}

/**
 * A data frame with these rows.
 *
 * @param rows objects with the same columns, whose cells are texts, numbers, true, false or empty
 * @throws CourseError when there are no rows, they have other columns than the first, or danfojs-node
 *   is not installed
 */
export function frame(rows: readonly object[]): DataFrame {
  checkTable(rows as Rows, 'data frame');
  const columns = Object.keys(rows[0]!).join(', ');
  const other = rows.findIndex((row) => Object.keys(row).join(', ') !== columns);
  demand(
    columns !== '' && other < 0,
    () =>
      `rows[${Math.max(0, other)}] has the columns '${Object.keys(rows[Math.max(0, other)]!).join(', ')}', and rows[0] '${columns}'.`,
    'Give all rows the same columns, at least one.',
  );
  return new (danfo().DataFrame)(rows as object[]);
}

/**
 * The rows of a data frame as plain objects.
 *
 * @throws CourseError when it is no data frame
 */
export function rowsOf(data: DataFrame): Rows {
  checkFields('data', data, {
    columns: checkTexts,
    values: (name, values) => checkList(name, values, 'rows', Array.isArray),
  });
  const columns = data.columns;
  return (data.values as (string | number | boolean)[][]).map((row) =>
    Object.fromEntries(columns.map((column, i) => [column, row[i]!])),
  );
}

/**
 * Shows a data frame as a table.
 *
 * @throws CourseError when it is no data frame, or one without rows
 */
export function showFrame(data: DataFrame): void {
  const rows = rowsOf(data);
  new Display().write({ 'text/html': toHtml(rows), 'text/plain': toMarkdown(rows) });
}
