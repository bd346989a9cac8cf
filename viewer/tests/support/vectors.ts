/** Reads the files of tests/wire, which the Python tests read as well. */

import { readFileSync } from 'node:fs';

/** The content of a JSON file of tests/wire. */
export function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../tests/wire/${name}`, import.meta.url), 'utf8'));
}
