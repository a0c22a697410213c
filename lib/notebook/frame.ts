/**
 * Records as data frames (danfo.js), for readers who want to slice results themselves.
 */
import type { DataFrame } from 'danfojs-node';

import { tf } from '../core/backend';
import { demand } from '../core/errors';
import { Display } from './display';
import { toHtml, toMarkdown, type Rows } from './table';

type Danfo = typeof import('danfojs-node');

let loaded: Danfo | null = null;

/**
 * danfo.js asks for tfjs-node by name; where the native backend is missing, it gets the tfjs that
 * is there.
 */
function danfo(): Danfo {
  if (loaded) return loaded;
  if (tf.getBackend() !== 'tensorflow') {
    const file = require.resolve('@tensorflow/tfjs-node');
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
 * @throws CourseError when there are no rows
 */
export function frame(rows: readonly object[]): DataFrame {
  demand(
    rows.length > 0,
    () => 'A data frame without rows was asked for.',
    'Give at least one row.',
  );
  return new (danfo().DataFrame)(rows as object[]);
}

/** The rows of a data frame as plain objects. */
export function rowsOf(data: DataFrame): Rows {
  const columns = data.columns;
  return (data.values as (string | number | boolean)[][]).map((row) =>
    Object.fromEntries(columns.map((column, i) => [column, row[i]!])),
  );
}

/** Shows a data frame as a table. */
export function showFrame(data: DataFrame): void {
  const rows = rowsOf(data);
  new Display().write({ 'text/html': toHtml(rows), 'text/plain': toMarkdown(rows) });
}
