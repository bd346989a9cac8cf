/**
 * Which query is answered while the reader types: what has a problem, or runs away, leaves the last good one in force.
 * Pure; it asks nobody.
 */

import { EVERYTHING, isReadAlike, queryProblem, type Query } from './query';

export class Asking {
  /** The query in force. */
  current: Query = EVERYTHING;
  /** What is wrong with what the reader asked for last, in a few words; empty if nothing is. */
  trouble = '';
  /** Answered in full, and in force again if `current` runs away. */
  private good: Query = EVERYTHING;

  /** Puts `query` in force and returns true, or says what is wrong with it. */
  propose(query: Query): boolean {
    const problem = queryProblem(query);
    this.trouble = problem === undefined ? '' : `Not valid: ${problem}. The last good filter stays.`;
    if (problem !== undefined) return false;
    this.current = query;
    return true;
  }

  /** All lines were read under the query in force. */
  completed(): void {
    this.good = this.current;
  }

  /** Reading under the query in force took too long: the last good one is in force again. */
  ranAway(): void {
    const { sources, muted } = this.current;
    // It may have been good until a line came on which it runs away.
    this.current = isReadAlike(this.good, this.current) ? { ...EVERYTHING, sources, muted } : this.good;
    this.trouble = 'Too slow: the expression was stopped. The last good filter stays.';
  }
}
