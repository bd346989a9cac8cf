/** Short names for paths, long enough to tell the files of one agent apart. It knows nothing of agents. */

/** Separators of both kinds, as agents run on any system. */
const SEPARATOR = /[/\\]/;

/** The last part of `path`; `-` is standard input. */
export function fileName(path: string): string {
  if (path === '-') return 'standard input';
  return path.split(SEPARATOR).findLast((part) => part !== '') ?? path;
}

/** For each of `paths`, which share their last part, as many parts from the end as set it apart from the others. */
export function shortest(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(SEPARATOR).filter((part) => part !== ''));
  const labels = paths.map(fileName);
  let alike = paths.length > 1 ? paths.map((_, index) => index) : [];
  for (let count = 2; alike.length > 0; count += 1) {
    const suffixes = parts.map((own) => own.slice(-count).join('/'));
    const uses = new Map<string, number>();
    for (const suffix of suffixes) uses.set(suffix, (uses.get(suffix) ?? 0) + 1);
    const isWhole = (index: number): boolean => (parts[index]?.length ?? 0) <= count;
    for (const index of alike) labels[index] = (isWhole(index) ? paths[index] : suffixes[index]) ?? '';
    alike = alike.filter((index) => !isWhole(index) && (uses.get(suffixes[index] ?? '') ?? 0) > 1);
  }
  return labels;
}
